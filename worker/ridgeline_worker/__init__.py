"""The worker: claims studies, searches with Optuna, trains lanes with PyTorch."""
