with files as (
    from glob('*')
)

select *
from files
