-- A file that is read again finds which of its rejected rows are kept already.

create index rejected_row_file_idx
on rejected_row (file, line);
