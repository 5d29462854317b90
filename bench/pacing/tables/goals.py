"""Counts goals that are met and missed."""


class Goals:
    """A goal is met when its figure is within its limit. In a quick run the figures rest on few
    days, so one whose interval reaches the limit counts as met and is marked."""

    def __init__(self, forgiving):
        self.forgiving = forgiving
        self.met = 0
        self.missed = []

    def at_most(self, name, value, limit, half_width=0.0):
        """Returns the word for the table."""
        if value <= limit:
            self.met += 1
            return "met"
        if self.forgiving and value - half_width <= limit:
            self.met += 1
            return "met~"
        self.missed.append(f"{name}: {value:.4g}, at most {limit:.4g}")
        return "MISSED"

    def last_line(self):
        return f"{self.met} goals met, {len(self.missed)} missed"


class Table:
    """Aligned columns, printed when all rows are there."""

    def __init__(self, title, columns):
        self.title = title
        self.rows = [columns]

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def print(self):
        widths = [max(len(row[at]) for row in self.rows if at < len(row))
                  for at in range(len(self.rows[0]))]
        print(f"\n{self.title}")
        for row in self.rows:
            cells = [cell.ljust(width) if at == 0 else cell.rjust(width)
                     for at, (cell, width) in enumerate(zip(row, widths))]
            print("  " + "  ".join(cells).rstrip())


def idle(result):
    return f"{result['idle_s_per_call']:.2f}±{result['idle_s_per_call_half_width']:.2f}"


def percent(value, half_width=None):
    if half_width is None:
        return f"{100 * value:.2f}"
    return f"{100 * value:.2f}±{100 * half_width:.2f}"


def abandonment(result):
    return percent(result["abandonment"], result["abandonment_half_width"])


def worst_campaign(result):
    """The law looks at each campaign of a shared pool."""
    return max(campaign["abandonment"] for campaign in result["campaigns"])
