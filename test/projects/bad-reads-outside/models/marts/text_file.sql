select content
from read_text('handover.yml')
