select json_serialize_plan('select 1') as plan
