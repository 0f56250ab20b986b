import { describe, expect, it } from 'vitest'
import {
  constriction,
  moveWithinWalls,
  nextVelocity,
} from '../../../../src-main/math/particle-swarm/velocity.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { streamOf } from '../evolution/fed-stream.ts'

describe('particle swarm velocity', () => {
  // Eberhart, Shi 2000: the constants that φ = 4.1 gives; DEAP's multiswarm example has 0.729843788.
  it('has the published constants', () => {
    const { inertia, cognitive, social } = constriction(4.1)
    expect(inertia).toBeCloseTo(0.729843788, 9)
    expect(cognitive).toBeCloseTo(1.49618, 5)
    expect(social).toBe(cognitive)
  })

  it('is inertia and two pulls, each with a random number per coordinate', () => {
    const constants = { inertia: 0.5, cognitive: 2, social: 1 }
    const velocity = nextVelocity(
      [0.2, 0.8],
      [0.1, -0.2],
      [0.4, 0.8],
      [0.3, 0.1],
      constants,
      1,
      streamOf(0.25, 0.5, 0.75, 0.1),
    )
    // 0.5·0.1 + 2·0.25·0.2 + 0.5·0.1 and −0.5·0.2 + 2·0.75·0 + 0.1·(−0.7).
    expect(velocity[0]).toBeCloseTo(0.2, 12)
    expect(velocity[1]).toBeCloseTo(-0.17, 12)
  })

  it('stays within its limit', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    for (let repeat = 0; repeat < 100; repeat++) {
      const [v] = nextVelocity([0], [2], [1], [1], constriction(4.1), 0.3, random)
      expect(v).toBe(0.3)
    }
  })
})

describe('walls', () => {
  it('are not felt inside', () => {
    for (const walls of ['stop', 'reflect', 'periodic'] as const) {
      expect(moveWithinWalls(0.5, 0.25, walls)).toEqual([0.75, 0.25])
      expect(moveWithinWalls(0.5, 0.5, walls)).toEqual([1, 0.5])
    }
  })

  it.each([
    ['stop', 0.9, 0.25, 1, 0],
    ['stop', 0.1, -0.25, 0, 0],
    ['reflect', 0.9, 0.25, 0.85, -0.25],
    ['reflect', 0.1, -0.25, 0.15, 0.25],
    ['reflect', 0.5, 1.75, 0.25, 1.75],
    ['periodic', 0.9, 0.25, 0.15, 0.25],
    ['periodic', 0.1, -0.25, 0.85, -0.25],
  ] as const)('%s: from %f by %f', (walls, from, by, to, velocity) => {
    const [position, after] = moveWithinWalls(from, by, walls)
    expect(position).toBeCloseTo(to, 12)
    expect(after).toBe(velocity)
  })
})
