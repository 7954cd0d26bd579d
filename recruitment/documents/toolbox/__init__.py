"""The toolbox: 24 document templates, their placeholders, and the papers filled from them.

``sources/`` holds the text of each template, one readable file each; ``shipped/`` the .docx files made from them by
``manage.py build_templates`` (a test holds the two equal). A department may replace a template with its own
(:mod:`recruitment.services.templates`); whatever the file, it is filled by :mod:`.filling` from the placeholders
that :mod:`.placeholders` knows and no others.
"""
