"""A small ray tracer on NumPy: textured spheres on a floor, with mirrors, glass and soft shadows."""
from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np


@dataclass
class Material:
    """`colour` gives [n, 3] for points [n, 3]; `glass` is a refractive index."""
    colour: Callable
    mirror: float = 0
    gloss: float = 0
    metal: bool = False
    glass: Optional[float] = None
    bumps: Optional[Callable] = None


@dataclass
class Sphere:
    centre: tuple
    radius: float
    material: Material


def dot(a, b):
    return np.einsum("ij,ij->i", a, b)


def unit(a):
    return a / np.linalg.norm(a, axis=-1, keepdims=True)


class Scene:
    def __init__(self, spheres, floor, sky, lights, ambient):
        """`lights` are (position, radius, colour); `sky` gives a colour for a direction."""
        self.spheres, self.floor, self.sky = spheres, floor, sky
        self.lights, self.ambient = lights, ambient

    def render(self, width, height, eye, target, angle, samples, seed):
        """A picture [height, width, 3], linear 0…1; `samples` squared rays per pixel."""
        random = np.random.default_rng(seed)
        eye = np.array(eye, float)
        forward = unit(np.array(target, float) - eye)
        right = unit(np.cross((0, 1, 0), forward))
        up = np.cross(forward, right)
        half = np.tan(np.deg2rad(angle) / 2)
        picture = np.zeros((height, width, 3))
        rows = max(1, 24_000 // width)  # arrays that stay in the processor's cache
        for top in range(0, height, rows):
            part = picture[top:top + rows]
            y, x = (a.ravel().astype(float) for a in np.mgrid[top:top + len(part), 0:width])
            for sub in range(samples ** 2):
                start = np.array(divmod(sub, samples))[:, None]
                dy, dx = (start + random.random((2, len(x)))) / samples
                u = ((x + dx) / width * 2 - 1) * half * width / height
                v = (1 - (y + dy) / height * 2) * half
                direction = unit(forward + u[:, None] * right + v[:, None] * up)
                colour = self.trace(np.tile(eye, (len(x), 1)), direction, random)
                # Highlights are squeezed before averaging, so that their edges stay smooth.
                part += (colour / (1 + .18 * colour)).reshape(part.shape)
        return picture / samples ** 2 * 1.18

    def hit(self, origin, direction):
        """Distance and object number (-1 sky, 0 floor, 1… spheres) for each ray."""
        with np.errstate(divide="ignore", invalid="ignore"):
            nearest = -origin[:, 1] / direction[:, 1]
        nearest = np.where((nearest > 1e-4) & (nearest < 60), nearest, np.inf)
        number = np.where(np.isfinite(nearest), 0, -1)
        for index, sphere in enumerate(self.spheres):
            offset = origin - np.array(sphere.centre)
            b = dot(offset, direction)
            root = b * b - (dot(offset, offset) - sphere.radius ** 2)
            root = np.sqrt(np.where(root > 0, root, np.nan))
            distance = np.where(-b - root > 1e-4, -b - root, -b + root)
            closer = (distance > 1e-4) & (distance < nearest)
            nearest = np.where(closer, distance, nearest)
            number = np.where(closer, index + 1, number)
        return nearest, number

    def shade_of(self, point, to_light, distance):
        """How much of a light arrives: 0…1; glass lets most of it through."""
        light = np.ones(len(point))
        for sphere in self.spheres:
            offset = point - np.array(sphere.centre)
            b = dot(offset, to_light)
            root = b * b - (dot(offset, offset) - sphere.radius ** 2)
            blocked = (root > 0) & (-b + np.sqrt(np.maximum(root, 0)) > 1e-3) & (-b < distance) & (b < 0)
            light = np.where(blocked, light * (.72 if sphere.material.glass else 0), light)
        return light

    def trace(self, origin, direction, random):
        """Follows rays and what they spawn, generation by generation."""
        total = np.zeros_like(origin)
        pixel, weight = np.arange(len(origin)), np.ones_like(origin)
        for _ in range(7):
            distance, number = self.hit(origin, direction)
            away = number < 0
            total += scattered(pixel[away], weight[away] * self.sky(direction[away]), len(total))
            hit = np.flatnonzero(~away)
            children = self.surfaces(origin[hit], direction[hit], distance[hit], number[hit],
                                     weight[hit], pixel[hit], total, random)
            pixel, origin, direction, weight = (np.concatenate(parts) for parts in zip(*children))
            bright = weight.max(1) > .012
            if not bright.any():
                break
            pixel, origin, direction, weight = (
                part[bright] for part in (pixel, origin, direction, weight))
        return total

    def surfaces(self, origin, direction, distance, number, weight, pixel, total, random):
        """Adds the light that leaves each hit to `total`; returns the rays to follow."""
        point = origin + distance[:, None] * direction
        normal = np.tile((0., 1, 0), (len(point), 1))
        own = np.zeros_like(point)
        mirror, gloss, metal, glass = (np.zeros(len(point)) for _ in range(4))
        for index in np.unique(number):
            mine = np.flatnonzero(number == index)
            material = self.spheres[index - 1].material if index else self.floor
            if index:
                sphere = self.spheres[index - 1]
                normal[mine] = (point[mine] - np.array(sphere.centre)) / sphere.radius
            if material.bumps is not None:
                normal[mine] = bumped(material, point[mine], normal[mine])
            own[mine] = material.colour(point[mine])
            mirror[mine], gloss[mine] = material.mirror, material.gloss
            metal[mine], glass[mine] = material.metal, material.glass or 0
        haze = np.where(number == 0, 1 - np.exp(-(distance / 26) ** 2), 0)[:, None]
        total += scattered(pixel, weight * haze * self.sky(unit(direction * (1, 0, 1) + (0, .01, 0))),
                           len(total))
        weight = weight * (1 - haze)
        solid, clear = np.flatnonzero(glass == 0), np.flatnonzero(glass > 0)
        grazing = (1 - np.abs(dot(direction, normal))) ** 5
        share = np.where(mirror > 0, mirror + (1 - mirror) * .6 * grazing, 0)[:, None]
        mirrored = direction - 2 * dot(direction, normal)[:, None] * normal
        lit = self.lit(point[solid], normal[solid], mirrored[solid], own[solid], gloss[solid],
                       metal[solid], random)
        total += scattered(pixel[solid], weight[solid] * lit * (1 - share[solid]), len(total))
        tint = np.where(metal[:, None] > 0, own, 1)
        keep = solid[share[solid, 0] > 0]
        return [(pixel[keep], (point + 1e-3 * normal)[keep], mirrored[keep],
                 (weight * share * tint)[keep])] + self.glass_rays(
                     pixel[clear], point[clear], normal[clear], direction[clear], own[clear],
                     glass[clear], weight[clear])

    def lit(self, point, normal, mirrored, own, gloss, metal, random):
        """What a surface sends back of the sky's light and of the lamps'."""
        # The sky's light from above, less near the floor and beside other spheres.
        open_sky = .55 + .45 * normal[:, 1]
        contact = 1 - .55 * np.exp(-np.maximum(point[:, 1], 0) / .25) * (normal[:, 1] < .9)
        result = own * (self.ambient * open_sky * contact * self.near(point, normal))[:, None]
        for position, radius, light in self.lights:
            jitter = unit(random.normal(size=point.shape)) * radius
            jitter *= random.random((len(point), 1)) ** (1 / 3)
            to_light = np.array(position) + jitter - point
            distance = np.linalg.norm(to_light, axis=1)
            to_light = to_light / distance[:, None]
            facing = np.maximum(dot(normal, to_light), 0)
            fall = 60 / (12 + distance ** 2) if len(self.lights) > 1 else np.ones_like(distance)
            arriving = facing * fall * self.shade_of(point + 1e-3 * normal, to_light, distance)
            spot = np.maximum(dot(mirrored, to_light), 0) ** np.where(gloss > .6, 90, 28)
            result = result + np.array(light) * (
                own * ((1 - .8 * metal) * .62 * arriving)[:, None]
                + (gloss * .55 * spot * (arriving > 0) * fall)[:, None])
        return result

    def near(self, point, normal):
        """How little the spheres close by hide of the sky."""
        light = np.ones(len(point))
        for sphere in self.spheres:
            offset = np.array(sphere.centre) - point
            distance = np.sqrt(dot(offset, offset))
            outside = distance > sphere.radius * 1.001
            facing = np.clip(dot(offset, normal) / np.maximum(distance, 1e-6), 0, 1)
            hidden = facing * np.minimum(1, sphere.radius / np.maximum(distance, 1e-6)) ** 2
            light *= 1 - .85 * np.where(outside, hidden, 0)
        return light

    def glass_rays(self, pixel, point, normal, direction, own, index, weight):
        """A bent and a mirrored ray for each ray that meets glass (Snell, Schlick)."""
        inward = dot(direction, normal) < 0
        facing = np.where(inward[:, None], normal, -normal)
        ratio = np.where(inward, 1 / np.maximum(index, 1), index)
        cosine = -dot(direction, facing)
        root = 1 - ratio ** 2 * (1 - cosine ** 2)
        through = root > 0
        bent = ratio[:, None] * direction \
            + (ratio * cosine - np.sqrt(np.maximum(root, 0)))[:, None] * facing
        base = ((1 - index) / (1 + index)) ** 2
        share = np.where(through, base + (1 - base) * (1 - cosine) ** 5, 1)[:, None]
        mirrored = direction + 2 * cosine[:, None] * facing
        return [(pixel[through], (point - 1e-3 * facing)[through], unit(bent[through]),
                 (weight * own * (1 - share))[through]),
                (pixel, point + 1e-3 * facing, mirrored, weight * share)]


def scattered(index, colour, count):
    """Sums of colours by index; several rays may belong to one pixel."""
    return np.stack([np.bincount(index, colour[:, c], count) for c in range(3)], -1)


def bumped(material, point, normal):
    """The normal tilted by the slope of the material's bumps."""
    step, base = 2e-3, material.bumps(point)
    slope = np.stack([material.bumps(point + step * axis) - base for axis in np.eye(3)], -1)
    slope = slope / step * .012
    return unit(normal - (slope - dot(slope, normal)[:, None] * normal))
