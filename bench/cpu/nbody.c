/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies that attract each other, by the leapfrog method: double precision, square roots and divisions.
 */
#include "bench.h"
#include <math.h>

#define BODIES 6
#define STEP   0.001

struct vector {
    double x, y, z;
};

struct body {
    struct vector place, speed;
    double mass;
};

static struct body bodies[BODIES];

/* One heavy body and lighter ones on nearly circular orbits around it. */
static void set_up(void)
{
    bodies[0] = (struct body){.mass = 40};
    for (int i = 1; i < BODIES; i++) {
        double distance = 1.5 * i, speed = sqrt(40 / distance);
        double tilt = 0.05 * (i - 3);
        bodies[i] = (struct body){
            .place = {.x = i & 1 ? distance : -distance, .y = 0.1 * i, .z = tilt},
            .speed = {.x = 0.01 * i, .y = i & 1 ? speed : -speed, .z = -tilt},
            .mass = 0.02 / i,
        };
    }
}

static void attract(struct body *a, struct body *b, double step)
{
    double dx = a->place.x - b->place.x, dy = a->place.y - b->place.y, dz = a->place.z - b->place.z;
    double square = dx * dx + dy * dy + dz * dz + 1e-6;
    double pull = step / (square * sqrt(square));

    a->speed.x -= dx * b->mass * pull;
    a->speed.y -= dy * b->mass * pull;
    a->speed.z -= dz * b->mass * pull;
    b->speed.x += dx * a->mass * pull;
    b->speed.y += dy * a->mass * pull;
    b->speed.z += dz * a->mass * pull;
}

static void advance(double step)
{
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++)
            attract(&bodies[i], &bodies[j], step);
    for (int i = 0; i < BODIES; i++) {
        bodies[i].place.x += step * bodies[i].speed.x;
        bodies[i].place.y += step * bodies[i].speed.y;
        bodies[i].place.z += step * bodies[i].speed.z;
    }
}

static double energy(void)
{
    double sum = 0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *a = &bodies[i];
        sum += a->mass * (a->speed.x * a->speed.x + a->speed.y * a->speed.y + a->speed.z * a->speed.z) / 2;
        for (int j = i + 1; j < BODIES; j++) {
            const struct body *b = &bodies[j];
            double dx = a->place.x - b->place.x, dy = a->place.y - b->place.y, dz = a->place.z - b->place.z;
            sum -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 1200);
    uint64_t checksum = 0;

    set_up();
    double before = energy();
    for (long round = 0; round < repeat; round++) {
        for (int step = 0; step < 1000; step++)
            advance(STEP);
        checksum = bench_mix_double(checksum, energy());
        checksum = bench_mix_double(checksum, bodies[round % BODIES].place.x);
    }
    if (!(fabs(energy() - before) < fabs(before) * 0.5))
        bench_fail("energy is not conserved");
    return bench_report(checksum);
}
