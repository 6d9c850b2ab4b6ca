"""What every test can ask for."""

from dashscope_simulator.fixtures import simulator

__all__ = ["simulator"]
