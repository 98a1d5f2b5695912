"""What the terminal shows: findings, boards, sums and lists in plain Chinese, or as JSON."""
