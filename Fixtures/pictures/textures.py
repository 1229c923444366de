"""Noise and colour for the demonstration pictures: all functions take and give NumPy arrays."""
import colorsys

import numpy as np


def smooth(low, high, value):
    """0 below `low`, 1 above `high` (or the other way round), smooth in between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def gradient(value, stops):
    """Colours [..., 3] for values, linear between (position, colour) stops."""
    positions = [position for position, _ in stops]
    return np.stack([np.interp(value, positions, [colour[channel] for _, colour in stops])
                     for channel in range(3)], -1)


def hue(angle, saturation, value):
    return np.array(colorsys.hsv_to_rgb(angle, saturation, value))


def noise(point, seed):
    """Gradient noise at points [n, 3], about -0.7…0.7, period 256."""
    random = np.random.default_rng(seed)
    table = random.permutation(256)
    directions = random.normal(size=(256, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    cell = np.floor(point).astype(int)
    inside = point - cell
    fade = inside ** 3 * (inside * (inside * 6 - 15) + 10)
    total = np.zeros(len(point))
    for corner in range(8):
        step = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
        at = (cell + step) & 255
        index = table[(table[(table[at[:, 0]] + at[:, 1]) & 255] + at[:, 2]) & 255]
        weight = np.prod(np.where(step, fade, 1 - fade), axis=1)
        total += weight * np.einsum("ij,ij->i", directions[index], inside - step)
    return total


def fractal(point, octaves, seed):
    """Noise over several octaves, about 0…1 with mean 0.5."""
    total, weight = np.zeros(len(point)), .5
    for octave in range(octaves):
        total += weight * noise(point * 2.0 ** octave + 17.3 * octave, seed + octave)
        weight /= 2
    return np.clip(.5 + total, 0, 1)


def marble(point, seed):
    """Veins: a sine bent by noise, 0…1."""
    bend = fractal(point * 1.3, 6, seed) - .5
    return (.5 + .5 * np.sin(point[:, 0] * 2.1 + point[:, 2] * 1.3 + 11 * bend)) ** .7


def wood(point):
    """Colours of growth rings around the y axis, with fine grain."""
    bend = .35 * (fractal(point * .8, 3, 21) - .5)
    ring = np.hypot(point[:, 0] + bend, point[:, 2] + bend) * 6 + .4 * fractal(point * 2, 3, 22)
    ring = ring - np.floor(ring)
    late = smooth(.35, .95, ring) * smooth(1, .96, ring)
    grain = fractal(point * np.array([38, 2.2, 38]), 3, 23)
    colour = gradient(late, [(0, (.62, .36, .15)), (.6, (.45, .22, .08)), (1, (.25, .10, .035))])
    return colour * (.72 + .55 * grain[:, None])
