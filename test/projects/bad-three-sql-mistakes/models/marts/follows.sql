select amount
from misspelt
