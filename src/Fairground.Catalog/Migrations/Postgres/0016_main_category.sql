update catalog_product set category_id = (select c.category_id from catalog_product_category c where c.product_id = catalog_product.id order by c.position limit 1)
where category_id is null and exists (select 1 from catalog_product_category c where c.product_id = catalog_product.id)
