"""From a ticket log and agreements in files to compliance: the domain at work without a host."""
