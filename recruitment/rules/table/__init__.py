"""The rows of the step table, one file a stage; :mod:`recruitment.rules.steps` assembles and checks them."""
