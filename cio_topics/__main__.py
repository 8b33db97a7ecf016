"""``python -m cio_topics`` is ``cio-topics``."""

from cio_topics.cli.main import main

if __name__ == "__main__":
    main()
