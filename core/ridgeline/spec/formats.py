"""The formats that a study can be exported in."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """What an exported study is written as."""

    CSV = "csv"  #: a row a trial
    JSON = "json"  #: the study, its trials and its verdict, as a StudyExport
    OPTUNA = "optuna"  #: an SQLite file that optuna.load_study opens

    @property
    def suffix(self) -> str:
        """Of the name of a file."""
        return "db" if self is ExportFormat.OPTUNA else self.value

    @property
    def media_type(self) -> str:
        """As the header of an answer says it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.OPTUNA: "application/vnd.sqlite3",
}
