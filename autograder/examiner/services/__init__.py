"""Real servers for a grade: started for it, reached by a Unix socket only, and thrown away after it."""

from autograder.examiner.services.postgres import Postgres
from autograder.examiner.services.redis import Redis
from autograder.examiner.services.server import Service
from autograder.examiner.services.start import SERVICES, start_service

__all__ = ["SERVICES", "Postgres", "Redis", "Service", "start_service"]
