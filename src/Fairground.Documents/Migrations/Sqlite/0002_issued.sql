create index documents_document_issued on documents_document (issuer_id, issued_on, id)
