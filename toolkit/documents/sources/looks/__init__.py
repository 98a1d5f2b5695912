"""Whether a text can be seen: what pages, Word documents, PDF and sheets say of colours, sizes and places."""
