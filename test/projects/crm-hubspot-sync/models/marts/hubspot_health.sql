-- Grain: crm, measure and item. What does not fit, published so that this case can tell what it expects.
select * from stg_hubspot_health
