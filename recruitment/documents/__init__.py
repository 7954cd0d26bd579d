"""Papers made from what a case holds: forms of the booklet, letters, the record sheet, the archive.

Papers are written in Chinese, whatever language the page is read in: they are official papers. Nothing in this
package writes to the database; :mod:`recruitment.services` does, where a paper leaves a trace.
"""
