-- One row: the size of the file of the opened store, and of its blocks without content, bytes.
FROM pragma_database_size()
SELECT block_size * total_blocks, block_size * free_blocks
WHERE database_name = current_catalog()
