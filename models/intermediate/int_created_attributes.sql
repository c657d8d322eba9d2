-- Grain: lead_id. What a lead was created with, as one JSON object: the survivor's creation first, for what it leaves
-- empty the merged leads', the earliest before later ones.
with
    creations as (
        select
            lead_id,
            properties,
            struct_pack(
                is_merged := original_lead_id <> lead_id,
                occurred_at := occurred_at,
                event_id := event_id
            ) as precedence,
            count(*) over (partition by lead_id) as creation_count
        from crm_events
        where type = 'lead_created' and properties is not null
    ),
    repeated_names as (
        select
            lead_id,
            properties,
            precedence,
            unnest(json_keys(properties)) as attribute
        from creations
        where creation_count > 1
    ),
    repeated_values as (
        select
            lead_id,
            attribute,
            arg_min(properties ->> attribute, precedence) as value
        from repeated_names
        where (properties ->> attribute) <> ''
        group by lead_id, attribute
    ),
    final as (
        select lead_id, properties as attributes from creations where creation_count = 1
        union all
        -- In order of name, so that the same lead always has the same text.
        select
            lead_id,
            to_json(map(list(attribute order by attribute), list(value order by attribute))) as attributes
        from repeated_values
        group by lead_id
    )
select * from final
