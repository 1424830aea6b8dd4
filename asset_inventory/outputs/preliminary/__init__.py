"""What people see of the preliminary resilience assessment: its pages, map, tables, workbook and sentences."""
