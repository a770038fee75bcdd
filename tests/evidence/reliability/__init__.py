"""What a ledger withstands: kills, power cuts, failing disks, cut connections, forks, damage.

``python -m tests.evidence.reliability`` runs all trials; ``--only NAME --count N`` one of them.
"""
