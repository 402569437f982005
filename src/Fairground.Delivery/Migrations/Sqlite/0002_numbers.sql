drop index delivery_shipment_tracking
---
update delivery_shipment set tracking = tracking || ' ' || hex(id) where tracking <> '' and state <> 8 and (carrier <> 'own' or state < 4)
    and exists (select 1 from delivery_shipment later where later.carrier = delivery_shipment.carrier and later.tracking = delivery_shipment.tracking and later.id > delivery_shipment.id and later.state <> 8 and (later.carrier <> 'own' or later.state < 4))
---
create unique index delivery_shipment_tracking on delivery_shipment (carrier, tracking) where tracking <> '' and state <> 8 and (carrier <> 'own' or state < 4)
---
create index delivery_shipment_number on delivery_shipment (carrier, tracking)
