"""What a question came to: tables and summaries. Nothing here simulates."""
