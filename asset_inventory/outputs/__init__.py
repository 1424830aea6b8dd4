"""What people see: tables and sentences, maps, reports, files, and packages for other systems."""
