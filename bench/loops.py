"""Ten small programs of plain Python: CPython and Notegrad run this same file.

PROGRAMS: name -> a function that does the work once and returns something that shows it was done.
"""

import time


def nested_loops():
    total = 0
    for i in range(300):
        for j in range(300):
            if (i * j + i) % 7 < 3:
                total += i ^ j
            else:
                total -= j // 3
    return total


def list_work():
    items = []
    for i in range(20000):
        items.append(i * 3 % 1000)
    longest = run = 0
    for k in range(1, len(items)):
        if items[k] > items[k - 1]:
            run += 1
            if run > longest:
                longest = run
        else:
            run = 0
    items[10:20] = [0] * 10
    items.reverse()
    while len(items) > 15000:
        items.pop()
    return longest, sum(items)


def dict_work():
    counts = {}
    words = ["tanh", "relu", "sigmoid", "gelu", "softmax"]
    for i in range(20000):
        key = words[i % 5]
        counts[key] = counts.get(key, 0) + i
        square = i * i % 997
        if square in counts:
            counts[square] += 1
        else:
            counts[square] = 1
    best = None
    for key, value in counts.items():
        if best is None or value > counts[best]:
            best = key
    return best, len(counts)


def string_building():
    text = ""
    for i in range(5000):
        text += str(i % 10)
        if i % 50 == 0:
            text += "\n"
    lines = text.split("\n")
    upper = [line.strip().replace("1", "one").upper() for line in lines]
    joined = ", ".join(f"{n}:{line[-4:]}:{len(line):>4}" for n, line in enumerate(upper))
    vowels = 0
    for char in joined + text:
        if char in "aeiouAEIOU":
            vowels += 1
    return vowels, len(joined)


def recursion():
    def fib(n):
        if n < 2:
            return n
        return fib(n - 1) + fib(n - 2)

    return fib(20)


def sieve():
    n = 30000
    prime = [True] * (n + 1)
    prime[0] = prime[1] = False
    i = 2
    while i * i <= n:
        if prime[i]:
            for multiple in range(i * i, n + 1, i):
                prime[multiple] = False
        i += 1
    return sum(1 for flag in prime if flag)


def matrix_in_lists():
    n = 40
    a = [[(i * j) % 7 + 0.5 for j in range(n)] for i in range(n)]
    b = [[(i + j) % 5 - 0.25 for j in range(n)] for i in range(n)]
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i][k] * b[k][j]
            c[i][j] = total
    return sum(c[i][i] for i in range(n))


def generators():
    def numbers(n):
        for i in range(n):
            yield i

    def squares(source):
        for x in source:
            yield x * x

    def both(n):
        yield from squares(numbers(n))
        yield from numbers(n)

    even = (x for x in both(5000) if x % 2 == 0)
    return sum(even) + max(x % 101 for x in numbers(5000))


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.steps = 0

    def moved(self, dx, dy):
        return Vector(self.x + dx, self.y + dy)

    def push(self, by):
        self.x += by
        self.y -= by
        self.steps += 1

    @property
    def norm(self):
        return self.x * self.x + self.y * self.y


class Faster(Vector):
    def push(self, by):
        super().push(by * 2)


def class_instances():
    at = Vector(0, 0)
    fast = Faster(1, 1)
    total = 0
    for i in range(3000):
        at.push(i % 3)
        fast.push(1)
        moved = at.moved(i, 1)
        total += moved.norm % 13 + fast.steps
    return total


def sorting():
    seed = 12345
    values = []
    for _ in range(4000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        values.append(seed % 10000)
    ordered = sorted(values)
    pairs = sorted(enumerate(values), key=lambda pair: (pair[1] % 100, -pair[0]))
    odd = [v for v in ordered if v % 2]
    index = {v: i for i, v in enumerate(ordered)}
    distinct = {v % 1000 for v in values}
    values.sort(reverse=True)
    return values[0], pairs[0][0], len(odd), len(index), len(distinct)


PROGRAMS = {
    "nested loops": nested_loops,
    "list work": list_work,
    "dict work": dict_work,
    "string building": string_building,
    "recursion": recursion,
    "sieve": sieve,
    "matrix in lists": matrix_in_lists,
    "generators": generators,
    "class instances": class_instances,
    "sorting": sorting,
}


def measure(name, budget):
    """Seconds of the fastest repetition of those that fit into `budget` seconds."""
    program = PROGRAMS[name]
    times = []
    end = time.perf_counter() + budget
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        program()
        times.append(time.perf_counter() - start)
    return min(times)
