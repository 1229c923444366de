"""Makes the demonstration pictures of this folder: everything in them is computed here.

    python3 -m venv /tmp/pictures && /tmp/pictures/bin/pip install numpy pillow
    /tmp/pictures/bin/python Fixtures/pictures/make_pictures.py [NAME ...]

Seeded: the same versions of numpy and Pillow give the same files. Several minutes on one core.
The pictures have detail at every scale (and text, and lines), so that a reconstruction shows what a
codec keeps. Between them they cover what the decoder must handle: PNG, JPEG and WebP, an EXIF
orientation, grey, alpha, CMYK, and two pictures with the same stem in different folders.
"""
import os
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ray_tracer import Material, Scene, Sphere
from textures import fractal, gradient, hue, marble, smooth, wood

HERE = os.path.dirname(os.path.abspath(__file__))


def bytes_of(picture):
    """Linear 0…1 to 8 bits, with the usual display curve."""
    return np.clip(np.rint(255 * np.clip(picture, 0, 1) ** (1 / 2.2)), 0, 255).astype(np.uint8)


def caption(stem, *lines):
    with open(os.path.join(HERE, stem + ".txt"), "w") as file:
        file.write("\n".join(lines) + "\n")


def save(image, name, **options):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    image.save(path, **options)


# --- ray-traced scenes ---------------------------------------------------------------------------

def tiles(point):
    """A floor of pale and dark marble tiles with thin joints."""
    x, z = point[:, 0], point[:, 2]
    dark = (np.floor(x) + np.floor(z)) % 2 > 0.5
    veins = marble(np.stack([x, z, 3 * dark], -1), 5)
    colour = np.where(dark[:, None], gradient(veins, [(0, (.03, .045, .06)), (1, (.16, .19, .2))]),
                      gradient(veins, [(0, (.62, .56, .48)), (1, (.9, .86, .79))]))
    joint = np.minimum(np.abs(x - np.rint(x)), np.abs(z - np.rint(z))) < 0.012
    return np.where(joint[:, None], (.06, .055, .05), colour)


def day_sky(direction):
    height = np.clip(direction[:, 1], 0, 1)
    colour = gradient(height, [(0, (.80, .82, .84)), (.10, (.46, .64, .86)), (.4, (.14, .34, .70))])
    plane = direction[:, [0, 2]] / np.maximum(direction[:, 1:2], .04)
    cloud = smooth(.48, .78, fractal(np.c_[plane * 1.1, np.zeros(len(plane))], 6, seed=8))
    cloud = cloud * smooth(.02, .18, direction[:, 1])
    return colour * (1 - .85 * cloud[:, None]) + .95 * .85 * cloud[:, None]


def night_sky(direction):
    height = np.clip(direction[:, 1], 0, 1)
    return gradient(height, [(0, (.16, .07, .16)), (.2, (.05, .03, .12)), (1, (.005, .008, .03))])


def marbles():
    """The spheres that the day and the night scene share."""
    veined = Material(lambda p: gradient(marble(p * 2.2 + 5, 3), [
        (0, (.32, .02, .03)), (.6, (.55, .07, .06)), (1, (.93, .80, .68))]), mirror=.06, gloss=.7)
    turned = Material(lambda p: wood(p * 1.6), mirror=.02, gloss=.35)
    gold = Material(lambda p: np.tile((.95, .62, .20), (len(p), 1)), mirror=.75, metal=True)
    silver = Material(lambda p: np.tile((.93, .94, .95), (len(p), 1)), mirror=.92, metal=True)
    glass = Material(lambda p: np.tile((.96, .99, .98), (len(p), 1)), glass=1.5)
    striped = Material(lambda p: np.where(
        (np.sin(14 * np.arctan2(p[:, 2] - 2.55, p[:, 0] - 2.45)) > 0)[:, None],
        (.04, .22, .45), (.88, .88, .84)), mirror=.05, gloss=.8)
    spheres = [Sphere((-.35, 1.25, 3.9), 1.25, silver), Sphere((-2.55, .95, 3.0), .95, veined),
               Sphere((1.75, .85, 3.35), .85, turned), Sphere((.35, .55, 1.75), .55, glass),
               Sphere((-1.15, .42, 1.55), .42, gold), Sphere((2.45, .45, 1.95), .45, striped)]
    random = np.random.default_rng(12)
    while len(spheres) < 32:
        radius = .07 + .13 * random.random() ** 2
        centre = (random.uniform(-4, 4), radius, random.uniform(.7, 6.5))
        if all(np.hypot(centre[0] - s.centre[0], centre[2] - s.centre[2])
               > 1.02 * 2 * np.sqrt(radius * s.radius) for s in spheres):
            colour = hue(random.random(), .75, .55 + .3 * random.random())
            spheres.append(Sphere(centre, radius, Material(
                lambda p, c=colour: np.tile(c, (len(p), 1)), mirror=.07, gloss=.9)))
    return spheres


def spheres():
    scene = Scene(marbles(), Material(tiles, mirror=.10, gloss=.3), day_sky,
                  lights=[((-5, 8, -3.5), .7, (2.05, 1.9, 1.6))], ambient=.34)
    picture = scene.render(768, 512, eye=(.35, 1.75, -3.6), target=(.05, .78, 2.4), angle=46,
                           samples=4, seed=1)
    save(Image.fromarray(bytes_of(picture)), "spheres.png", optimize=True)
    caption("spheres", "spheres of silver, glass, marble and wood on a tiled floor under a blue sky",
            "a ray-traced scene with coloured marbles")


def night_spheres():
    scene = Scene(marbles(), Material(tiles, mirror=.16, gloss=.4), night_sky,
                  lights=[((-4, 3.2, .2), .35, (1.9, .55, .25)), ((4.5, 4, 1), .35, (.2, .6, 1.8)),
                          ((.2, 5, 6.5), .35, (.9, .3, .9))], ambient=.07)
    picture = scene.render(720, 480, eye=(-.9, 1.35, -3.1), target=(.1, .8, 2.4), angle=48,
                           samples=4, seed=2)
    save(Image.fromarray(bytes_of(picture)), "night/spheres.jpg", quality=90)
    caption("night/spheres", "the same spheres at night between an orange and a blue lamp")


def oranges():
    """A pyramid of oranges on a table; stored on its side, with the orientation in EXIF."""
    def peel(p):
        freckles = fractal(p * 9, 3, seed=31)
        return gradient(freckles, [(.2, (.74, .17, .006)), (.8, (.90, .29, .018))])

    def pores(p):
        return .5 * (fractal(p * 38, 2, seed=32) - .5)

    def table(p):
        plank = np.floor(p[:, 0] / .8)
        grain = np.stack([p[:, 0] * 1.2 + 3 * plank, p[:, 1] + plank * 7.3, p[:, 2] * .12], -1)
        joint = np.abs(p[:, 0] / .8 - np.rint(p[:, 0] / .8)) < .012
        return np.where(joint[:, None], .02, wood(grain * 1.3) * (.75 + .1 * (plank % 3))[:, None])

    def wall(d):
        return gradient(smooth(-.5, .9, d[:, 0] * .5 + d[:, 1]), [
            (0, (.30, .33, .30)), (1, (.05, .09, .11))])

    skin = Material(peel, mirror=.03, gloss=.45, bumps=pores)
    leaf = Material(lambda p: gradient(fractal(p * 14, 3, seed=40), [
        (.3, (.02, .12, .02)), (.8, (.10, .30, .05))]), gloss=.5)
    balls, step = [], 1.0
    for layer in range(3):
        side = 3 - layer
        for i in range(side):
            for j in range(side):
                balls.append(Sphere(((i - (side - 1) / 2) * step, .5 + layer * step * .7071,
                                     2 + (j - (side - 1) / 2) * step), .5, skin))
    balls += [Sphere((-1.55, .3, .35), .3, leaf), Sphere((1.5, .26, .2), .26, leaf),
              Sphere((1.95, .2, .75), .2, leaf)]
    scene = Scene(balls, Material(table, mirror=.05, gloss=.4), wall,
                  lights=[((-3.5, 5, -2.5), .9, (2.6, 2.2, 1.7))], ambient=.16)
    picture = scene.render(480, 640, eye=(.9, 2.1, -3.4), target=(.05, .95, 1.9), angle=52,
                           samples=4, seed=3)
    upright = Image.fromarray(bytes_of(picture))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise, so it is stored turned counter-clockwise
    save(upright.transpose(Image.Transpose.ROTATE_90), "oranges.jpg", quality=90, exif=exif)
    caption("oranges", "a pyramid of oranges and three limes on a wooden table")


# --- painted pictures ----------------------------------------------------------------------------

def mountains():
    """Ridges in haze above a lake at sunset, with firs in front."""
    width, height = 800, 528
    y, x = np.mgrid[0:height, 0:width].astype(float)
    horizon = 318
    sky = gradient(y / horizon, [(0, (.06, .10, .30)), (.45, (.42, .25, .42)), (.8, (.95, .48, .26)),
                                 (1, (1, .74, .42))])
    streaks = fractal(np.stack([x / 190, y / 26, 0 * x], -1).reshape(-1, 3), 6, seed=50)
    streaks = smooth(.45, .8, streaks.reshape(height, width)) * smooth(10, 90, y)
    sky = sky * (1 - .55 * streaks[..., None]) + np.array((1, .63, .45)) * .55 * streaks[..., None]
    distance = np.hypot(x - 560, y - 262)
    sky += np.exp(-(distance / 95) ** 1.3)[..., None] * (.75, .5, .25)
    sky = np.where(smooth(25, 23, distance)[..., None] > .5, (1.0, .93, .75), sky)
    picture = sky
    for layer, (base, rise, shade) in enumerate((
            (262, 120, (.50, .33, .42)), (280, 96, (.30, .22, .36)), (300, 66, (.14, .13, .27)))):
        line = np.stack([np.arange(width) / (150 - 22 * layer), np.full(width, 7.7 * layer),
                         np.zeros(width)], -1)
        ridge = base - rise * (1.7 * np.abs(fractal(line, 8, seed=60 + layer) - .5) + .1)
        depth = y - ridge
        rock = fractal(np.stack([x / 16, (y + depth) / 30, 0 * x + layer], -1).reshape(-1, 3), 5,
                       seed=70 + layer).reshape(height, width)
        colour = np.array(shade) * (.72 + .55 * rock[..., None])
        snow = smooth(.5, .62, rock) * smooth(46 - 12 * layer, 8, depth) * (layer < 2)
        colour = colour * (1 - .6 * snow[..., None]) + np.array((.92, .66, .60)) * .6 * snow[..., None]
        haze = smooth(0, 120, depth)[..., None]
        colour = colour * (1 - .5 * haze) + np.array((.80, .50, .42)) * .5 * haze
        edge = smooth(-.7, .7, depth)[..., None]
        picture = picture * (1 - edge) + colour * edge
    ripple = fractal(np.stack([x / 60, np.maximum(y - horizon, 0) ** 1.25 / 9, 0 * x], -1).reshape(-1, 3), 4,
                     seed=80).reshape(height, width) - .5
    below = np.clip(y - horizon, 0, None)
    from_y = np.clip(horizon - below * .92 + ripple * (4 + below * .30), 0, horizon - 1).astype(int)
    from_x = np.clip(x + ripple * 10, 0, width - 1).astype(int)
    lake = picture[from_y, from_x] * (.62, .66, .74) + (.01, .015, .03)
    picture = np.where((y > horizon)[..., None], lake, picture)
    image = Image.fromarray(bytes_of(picture ** 1.5))
    return firs(image)


def firs(image):
    """Draws fir trees along the near shore, enlarged fourfold for smooth edges."""
    scale, random = 4, np.random.default_rng(90)
    width, height = image.size
    mask = Image.new("L", (width * scale, height * scale))
    draw = ImageDraw.Draw(mask)
    shore = [height - 30 + 16 * np.sin(x / 90) + 8 * np.sin(x / 23 + 1) for x in range(width + 1)]
    draw.polygon([(x * scale, y * scale) for x, y in enumerate(shore)]
                 + [(width * scale, height * scale), (0, height * scale)], fill=255)
    for x in list(random.uniform(-10, 250, 26)) + list(random.uniform(610, 810, 24)):
        edge = min(abs(x - 270), abs(x - 590)) / 260
        tall = (50 + 190 * min(1, edge)) * random.uniform(.55, 1.05)
        foot = shore[int(np.clip(x, 0, width))] + 6
        draw.line([(x * scale, foot * scale), (x * scale, (foot - tall) * scale)], fill=255, width=6)
        for level in np.arange(.10, 1, 4.5 / tall):
            reach = tall * .23 * (1 - level) * random.uniform(.75, 1.15) + 1
            y = foot - tall * level
            for side in (-1, 1):
                draw.polygon([(x * scale, (y - 6) * scale), (x * scale, (y + 3) * scale),
                              ((x + side * reach) * scale, (y + reach * .38) * scale)], fill=255)
    for x in random.uniform(0, width, 900):
        y = shore[int(x)] + 2
        tip = x + random.normal(0, 3), y - random.uniform(3, 17)
        draw.line([(x * scale, y * scale), (tip[0] * scale, tip[1] * scale)], fill=255, width=3)
    mask = mask.resize(image.size, Image.Resampling.BOX)
    save(Image.composite(Image.new("RGB", image.size, (12, 13, 20)), image, mask),
         "mountains.webp", quality=88, method=6)
    caption("mountains", "a lake between fir trees at sunset, snowy mountains in the haze",
            "sunset over mountains", "firs in front of a lake")


def mosaic():
    """A fish of small stones, laid in rows that follow its outline."""
    size, random = 640, np.random.default_rng(100)
    stones = []
    for row in np.arange(-8, size + 16, 9.0):
        for column in np.arange(-8, size + 16, 9.0):
            stones.append((column + random.normal(0, 1.2) + 4.5 * (int(row // 9) % 2),
                           row + random.normal(0, 1.2)))
    stones = np.array(stones)
    y, x = np.mgrid[0:size, 0:size].astype(float)
    nearest, first, second = nearest_two(stones, size)
    edge = (second - first)
    sx, sy = stones[:, 0], stones[:, 1]
    colour = sea_and_fish(sx, sy, random)
    colour *= random.normal(1, .10, (len(stones), 1)) * random.normal(1, .03, (len(stones), 3))
    tilt = random.normal(0, .018, (len(stones), 2))
    light = 1 + (x - sx[nearest]) * tilt[nearest, 0] + (y - sy[nearest]) * tilt[nearest, 1]
    bevel = smooth(.5, 3.2, edge)
    grain = fractal(np.stack([x / 3, y / 3, nearest * .37], -1).reshape(-1, 3), 3, seed=101)
    stone = colour[nearest] * (light * (.80 + .4 * grain.reshape(size, size)))[..., None]
    joint = np.array((.17, .14, .11)) * (.8 + .4 * fractal(np.stack(
        [x / 2, y / 2, 0 * x], -1).reshape(-1, 3), 2, seed=102).reshape(size, size))[..., None]
    picture = joint * (1 - bevel[..., None]) + stone * bevel[..., None]
    save(Image.fromarray(bytes_of(picture)), "mosaic.jpg", quality=88, subsampling=0)
    caption("mosaic", "a Roman mosaic of a red fish above waves, made of thousands of small stones")


def nearest_two(points, size):
    """For each pixel the nearest point, its distance, and the distance of the second nearest."""
    best = np.full((size, size), 1e9)
    second = best.copy()
    index = np.zeros((size, size), int)
    reach = 18
    for number, (px, py) in enumerate(points):
        x0, x1 = max(0, int(px) - reach), min(size, int(px) + reach + 1)
        y0, y1 = max(0, int(py) - reach), min(size, int(py) + reach + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        y, x = np.mgrid[y0:y1, x0:x1]
        distance = np.hypot(x - px, y - py)
        part = np.s_[y0:y1, x0:x1]
        closer = distance < best[part]
        second[part] = np.where(closer, best[part], np.minimum(second[part], distance))
        index[part] = np.where(closer, number, index[part])
        best[part] = np.where(closer, distance, best[part])
    return index, best, second


def sea_and_fish(x, y, random):
    """The colour of a stone at (x, y)."""
    u, v = (x - 288) / 188, (y - 310) / 98
    wave = np.sin(y / 11.5 + 1.7 * np.sin(x / 33)) + .25 * np.sin(x / 9)
    deep = smooth(60, 600, y)[:, None]
    colour = gradient(smooth(-.4, .9, wave), [(0, (.82, .80, .66)), (1, (.36, .60, .62))]) * (1 - deep) \
        + gradient(smooth(-.9, .7, wave), [(0, (.52, .72, .70)), (1, (.05, .22, .36))]) * deep
    body = u ** 2 + (v + .10 * np.sin(2.4 * u)) ** 2
    tail = (u > .88) & (u < 1.42) & (np.abs(v + .2) < .25 + 1.3 * (u - .88)) \
        & ~((u > 1.22) & (np.abs(v + .2) < 1.6 * (u - 1.22)))
    fin = (v < -.55) & (v > -1.45 + .9 * np.abs(u + .15)) & (np.abs(u + .1) < .62)
    belly = (v > .7) & (v < 1.25 - .8 * np.abs(u - .2)) & (np.abs(u - .15) < .4)
    scales = np.sin(u * 26) * np.sin(v * 15)
    flesh = gradient(smooth(-1, 1, scales + .8 * v), [(0, (.62, .07, .04)), (.6, (.86, .27, .10)),
                                                      (1, (.95, .66, .36))])
    rays = gradient(smooth(-1, 1, np.sin(x / 3.5 + y / 6)), [(0, (.45, .04, .04)), (1, (.85, .42, .14))])
    colour = np.where((tail | fin | belly)[:, None], rays, colour)
    colour = np.where((body < 1)[:, None], flesh, colour)
    colour = np.where(((body > .9) & (body < 1.08))[:, None], (.20, .03, .03), colour)
    gill = np.abs(np.hypot(u + .82, v * .55) - .42) < .035
    colour = np.where((gill & (body < .9) & (u > -.7))[:, None], (.25, .03, .03), colour)
    eye = np.hypot(x - 162, y - 292)
    colour = np.where((eye < 19)[:, None], (.93, .88, .70), colour)
    colour = np.where((eye < 9)[:, None], (.03, .03, .04), colour)
    border = np.minimum.reduce([x, y, 640 - x, 640 - y])
    key = (np.floor((x + y) / 27) % 2 > 0)
    colour = np.where((border < 46)[:, None], np.where(key[:, None], (.80, .72, .55), (.46, .10, .08)),
                      colour)
    colour = np.where(((border < 55) & (border > 44) | (border < 9))[:, None], (.07, .07, .09), colour)
    return colour * random.uniform(.9, 1.1, (len(x), 1))


def materials():
    """Six textures side by side: wood, marble, granite, cloth, water and rust."""
    side, gap = 240, 12
    width, height = 3 * side + 4 * gap, 2 * side + 3 * gap
    canvas = np.full((height, width, 3), .82)
    y, x = np.mgrid[0:side, 0:side].astype(float) / side
    flat = np.stack([x, y, 0 * x], -1).reshape(-1, 3)
    square = lambda values: values.reshape(side, side, -1)
    boards = wood(np.stack([flat[:, 0] * 1.5, flat[:, 1] * .22 + 2, flat[:, 2] + .4], -1) * 3.2)
    warp = np.stack([fractal(flat * 2 + s, 5, seed=s) for s in (9, 15, 19)], -1) - .5
    thick, thin = (1 - np.abs(2 * fractal(flat * f + 1.8 * warp, 4, seed=s) - 1)
                   for f, s in ((2.2, 25), (4.5, 35)))
    stone = gradient(fractal(flat * 3 + warp, 5, seed=45), [(.2, (.015, .07, .055)),
                                                            (.8, (.09, .24, .18))])
    veins = np.clip(smooth(.9, 1, thick) + .5 * smooth(.93, 1, thin), 0, 1)[:, None]
    veins = stone * (1 - veins) + np.array((.86, .88, .80)) * veins
    speck = np.stack([fractal(flat * f + 9, 2, seed=s) for f, s in ((28, 1), (45, 2), (90, 3))], -1)
    granite = gradient(speck[:, 0], [(.3, (.30, .20, .18)), (.5, (.58, .43, .38)), (.7, (.80, .70, .64))])
    granite = np.where(speck[:, 1:2] > .63, (.04, .04, .05), granite)
    granite = np.where((speck[:, 1:2] < .36) & (speck[:, :1] > .45), (.85, .84, .80), granite)
    granite = granite * (.75 + .5 * speck[:, 2:3])
    over = (np.floor(flat[:, 0] * 48) + np.floor(flat[:, 1] * 48)) % 4 < 2
    thread = np.where(over, np.abs(np.sin(flat[:, 0] * np.pi * 48)),
                      np.abs(np.sin(flat[:, 1] * np.pi * 48))) ** .4
    sett = np.floor(np.where(over, flat[:, 0], flat[:, 1]) * 48).astype(int) % 24
    dyes = np.array([(.52, .03, .05)] * 9 + [(.03, .14, .09)] * 7 + [(.85, .75, .45)]
                    + [(.03, .14, .09)] * 3 + [(.03, .04, .16)] * 4)
    cloth = thread[:, None] * dyes[sett]
    bend = np.stack([fractal(flat * 5 + s, 4, seed=s) for s in (4, 5)], -1) - .5
    net = np.abs(np.sin(np.pi * (flat[:, 0] * 5 + 4 * bend[:, 0]))) \
        * np.abs(np.sin(np.pi * (flat[:, 1] * 5 + 4 * bend[:, 1])))
    water = gradient((1 - net) ** 6, [(0, (.015, .25, .36)), (.35, (.06, .48, .56)), (1, (.95, 1, .95))])
    flake = fractal(flat * 7 + fractal(flat * 3, 3, seed=7)[:, None] * 3, 6, seed=6)
    rust = gradient(flake, [(.25, (.10, .16, .17)), (.45, (.22, .28, .26)), (.5, (.28, .08, .02)),
                            (.62, (.62, .22, .04)), (.8, (.85, .48, .16))])
    for number, texture in enumerate((boards, veins, granite, cloth, water, rust)):
        row, column = divmod(number, 3)
        top, left = gap + row * (side + gap), gap + column * (side + gap)
        canvas[top:top + side, left:left + side] = square(texture)
    save(Image.fromarray(bytes_of(canvas)), "materials.webp", quality=88, method=6)


# --- lines, letters and inks ---------------------------------------------------------------------

def zone_plate():
    """Grey: rings from coarse to the finest a pixel grid holds, with a star and line wedges."""
    size, over = 512, 3
    axis = (np.arange(size * over) + .5) / over - size / 2
    x, y = np.meshgrid(axis, axis)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    plate = .5 + .5 * np.cos(np.pi * radius ** 2 / 620)
    star = (np.sin(36 * angle) > 0).astype(float)
    plate = np.where(radius < 72, star, plate)
    plate = np.where((radius > 72) & (radius < 77), 1, plate)
    plate = np.where(radius < 4, 1, plate)
    ring = (radius > 243) & (radius < 256)
    plate = np.where(ring, angle / (2 * np.pi) + .5, plate)
    plate = np.where(radius > 256, .5, plate)
    for corner, (sx, sy) in enumerate(((-1, -1), (1, -1), (-1, 1), (1, 1))):
        u, v = sx * x - 196, sy * y - 196
        inside = (u > 4) & (v > 4) & (u < 52) & (v < 52)
        period = (8, 5, 3, 2)[corner]
        lines = ((u if corner % 2 else v) // period % 2 == 0).astype(float)
        plate = np.where(inside & (radius > 258), lines, plate)
    plate = plate.reshape(size, over, size, over).mean((1, 3))
    save(Image.fromarray(np.rint(255 * plate).astype(np.uint8)), "zone-plate.png", optimize=True)
    caption("zone-plate", "a black and white zone plate with a star in the middle")


def specimen():
    """Transparent: a card with letters from 64 to 8 pixels, and its shadow."""
    width, height = 720, 540
    card = Image.new("RGBA", (width, height))
    shadow = Image.new("L", (width, height))
    ImageDraw.Draw(shadow).rounded_rectangle((44, 52, width - 36, height - 32), 30, fill=150)
    card.putalpha(shadow.filter(ImageFilter.GaussianBlur(13)))
    paper = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(paper).rounded_rectangle((128, 112, width * 4 - 160, height * 4 - 200), 112, fill=255)
    paper = paper.resize((width, height), Image.Resampling.BOX)
    card = Image.composite(Image.new("RGBA", card.size, (250, 244, 230, 255)), card, paper)
    draw = ImageDraw.Draw(card)
    ink, red = (38, 34, 46, 255), (178, 44, 34, 255)
    font = lambda size: ImageFont.load_default(size)
    draw.text((64, 52), "Tessera", ink, font(64))
    draw.rectangle((66, 130, 652, 132), fill=red)
    lines = ((30, "Jackdaws love my big sphinx of quartz"), (22, "one tile of a mosaic, one token of a text"),
             (17, "Sphinx of black quartz, judge my vow: 0123456789 & ?!"),
             (13, "Pack my box with five dozen liquor jugs. In Rome a tessera was a ticket, a dice, a tile."),
             (10, "How razorback-jumping frogs can level six piqued gymnasts! The small print is the first to go in any lossy code."),
             (8, "the quick brown fox jumps over the lazy dog and is not amused by letters of eight pixels, which few networks of this size can keep"))
    y = 148
    for size, line in lines:
        draw.text((66, y), line, ink, font(size))
        y += int(size * 1.75)
    left, top = 66, 352
    for number, colour in enumerate(((178, 44, 34), (222, 148, 40), (70, 120, 74), (36, 92, 130),
                                     (92, 60, 120))):
        for level in range(5):
            box = (left + number * 50, top + level * 22, left + number * 50 + 42, top + level * 22 + 16)
            draw.rectangle(box, fill=colour + (255 - 50 * level,))
    for number in range(14):
        x = 345 + number * 22
        draw.line((x, 352, x, 458), fill=ink, width=1 + number % 4)
        draw.ellipse((x - 2 - number / 2, 362 - number / 2, x + 2 + number / 2, 366 + number / 2), outline=red)
    for number in range(9):
        draw.line((345, 380 + number * 9, 631, 458 - number * 5), fill=(36, 92, 130, 255))
    save(card, "specimen.png", optimize=True)
    caption("specimen", "a type specimen: letters of many sizes on a cream card",
            "the word Tessera above small print and colour swatches")


def press():
    """CMYK: a printer's sheet with ink wedges, overprints and a halftone sun."""
    width, height = 640, 448
    y, x = np.mgrid[0:height, 0:width].astype(float)
    inks = np.zeros((height, width, 4))
    for ink, degrees in enumerate((15, 75, 0, 45)):
        turn = np.deg2rad(degrees)
        u, v = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
        screen = .5 + .25 * (np.cos(u * .8) + np.cos(v * .8))
        centre = np.hypot(x - 170, y - 165)
        sun = smooth(150, 20, centre)
        tone = (.15 + .5 * smooth(40, 330, y), sun * .75, sun ** .5 * .95, .0)[ink] * np.ones_like(x)
        inks[..., ink] = np.where((x > 24) & (x < 396) & (y > 24) & (y < 306),
                                  smooth(screen - .22, screen + .22, tone), 0)
    for ink in range(4):
        row = (y > 330 + ink * 24) & (y < 350 + ink * 24) & (x > 24) & (x < 396)
        inks[..., ink] = np.where(row, np.floor((x - 24) / 31) / 11, inks[..., ink])
    for number, (cx, cy) in enumerate(((520, 104), (556, 166), (484, 166))):
        disc = smooth(63, 61, np.hypot(x - cx, y - cy))
        inks[..., number] = np.maximum(inks[..., number], disc * .95)
    chart = (x > 424) & (x < 616) & (y > 290) & (y < 424)
    column, row = np.floor((x - 424) / 24), np.floor((y - 290) / 22.4)
    for ink, value in enumerate((column / 7, row / 5, (7 - column) / 7 * (row % 2), (row == 5) * .5)):
        inks[..., ink] = np.where(chart, value, inks[..., ink])
    for cx, cy in ((12, 12), (width - 12, 12), (12, height - 12), (width - 12, height - 12)):
        mark = (np.abs(np.hypot(x - cx, y - cy) - 6) < .8) | (
            ((np.abs(x - cx) < .6) | (np.abs(y - cy) < .6)) & (np.hypot(x - cx, y - cy) < 10))
        inks[mark] = 1
    image = Image.fromarray(np.rint(255 * np.clip(inks, 0, 1)).astype(np.uint8), "CMYK")
    draw = ImageDraw.Draw(image)
    for number, letter in enumerate("CMYK"):
        draw.text((402, 328 + number * 24), letter, (0, 0, 0, 255), ImageFont.load_default(17))
    save(image, "press.jpg", quality=90)
    caption("press", "a printer's test sheet in cyan, magenta, yellow and black")


PICTURES = [spheres, night_spheres, oranges, mountains, mosaic, materials, zone_plate, specimen, press]

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in PICTURES:
        if not wanted or make.__name__ in wanted:
            make()
            print(make.__name__, flush=True)
