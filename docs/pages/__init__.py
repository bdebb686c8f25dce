"""The reference pages (参考资料), one module each, made from the code and the schemes.

Each module has ``render(language)`` and gives back the text of a page; none writes a file.
"""
