import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../src-main/core/machine/engines/registry.ts'
import { activateBackend } from '../../src-main/engines/activate-backend.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import {
  dot,
  drawLayerValues,
  expectClose,
  passLayer,
  type LayerCase,
  type LayerValues,
} from '../helpers/layer-pass.ts'
import { mayUseSoftwareWebgpu, waitCalmlyForWebgpu } from '../helpers/software-webgpu.ts'
import { hasTensorflow } from '../helpers/tensorflow-pack.ts'

const others: readonly EngineName[] = [
  'wasm',
  ...(hasTensorflow ? (['tensorflow'] as const) : []),
  ...(mayUseSoftwareWebgpu ? (['webgpu'] as const) : []),
]

/** What every layer promises: the gradient of its forward pass, and the same numbers on every engine. */
export function describeLayers(cases: readonly LayerCase[]): void {
  beforeAll(async () => {
    if (mayUseSoftwareWebgpu) waitCalmlyForWebgpu()
    for (const name of [...others, 'cpu'] as const) await loadEngine(name)
  }, 120_000)

  describe.each(cases)('$name', layerCase => {
    it('has the gradient that finite differences give', async () => {
      activateBackend('cpu')
      const values = drawLayerValues(layerCase)
      const exact = await passLayer(layerCase, values)
      expect(exact.inferred).toEqual(exact.outputs)
      const loss = async (changed: Partial<LayerValues>) =>
        dot((await passLayer(layerCase, { ...values, ...changed })).outputs, values.cotangent)
      // Central differences: O(h²) truncation and float32 rounding of the loss over 2h are both near 1e-3.
      const h = 0.01
      const slope = async (
        source: Float32Array,
        at: number,
        change: (moved: Float32Array) => Partial<LayerValues>,
      ) => {
        const sides: number[] = []
        for (const step of [h, -h]) {
          const moved = source.slice()
          moved[at] = moved[at]! + step
          sides.push(await loss(change(moved)))
        }
        return (sides[0]! - sides[1]!) / (2 * h)
      }
      for (const [index, source] of values.variables.entries()) {
        for (let at = 0; at < source.length; at += 11) {
          const numeric = await slope(source, at, moved => ({
            variables: values.variables.map((variable, other) =>
              other === index ? moved : variable,
            ),
          }))
          expect(exact.variables[index]![at]).toBeCloseTo(numeric, 2)
        }
      }
      if (exact.inputs === null) return
      for (let at = 0; at < values.x.length; at += 7) {
        const numeric = await slope(values.x, at, moved => ({ x: moved }))
        expect(exact.inputs[at]).toBeCloseTo(numeric, 2)
      }
    })

    it.each(others)('gives on %s what it gives on cpu', async name => {
      activateBackend('cpu')
      const values = drawLayerValues(layerCase)
      const expected = await passLayer(layerCase, values)
      activateBackend(name)
      const got = await passLayer(layerCase, values)
      // Some dozen float32 roundings of numbers of the order of 1 to 10.
      expectClose(got.outputs, expected.outputs, 2e-6)
      expectClose(got.inferred, expected.inferred, 2e-6)
      if (expected.inputs !== null) expectClose(got.inputs!, expected.inputs, 1e-5)
      expected.variables.forEach((gradient, index) => {
        expectClose(got.variables[index]!, gradient, 2e-5)
      })
    })
  })
}
