"""The list of every case in the HTML report: columns, texts in chunks, how both are laid out."""
