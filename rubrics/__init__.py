"""What is asked: the rubric language, and the rubrics of the library. Imports nothing of ours."""

from rubrics.loader import load_cases, load_rubric, load_words, rubric_folder
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric
from rubrics.words import translate

__all__ = [
    "InputError",
    "Place",
    "Problem",
    "Rubric",
    "load_cases",
    "load_rubric",
    "load_words",
    "rubric_folder",
    "translate",
]
