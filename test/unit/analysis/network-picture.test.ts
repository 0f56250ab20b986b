import { describe, expect, it } from 'vitest'
import {
  describePicture,
  drawNetwork,
  networkRows,
} from '../../../src-main/analysis/network-picture.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import type { NetworkDefinition } from '../../../src-main/training/models/network-definition.ts'
import { sketchNetwork } from '../../../src-main/training/models/sketch-network.ts'

const network: NetworkDefinition = {
  inputShape: [28, 28, 1],
  layers: [
    { kind: 'convolution', filters: 16, kernelSize: 3, padding: 'same', stride: 1 },
    { kind: 'batchNormalization' },
    { kind: 'activation', activation: 'relu' },
    { kind: 'pool', pooling: 'max', size: 2 },
    { kind: 'flatten' },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'dense', units: 10 },
  ],
}
const colors = { text: '#000', quiet: '#666', line: '#ccc', box: 'none', bar: '#00f' }
const sketch = sketchNetwork(network)

describe('the picture of a network', () => {
  it('has a row for the input and each layer; what only changes values stands with the layer before', () => {
    expect(networkRows(sketch, createTranslate('en'))).toEqual([
      { label: 'input', block: null, shape: [28, 28, 1], parameterCount: 0, multiplyAdds: 0 },
      {
        label: 'convolution 3×3, 16, batch norm, relu',
        block: null,
        shape: [28, 28, 16],
        parameterCount: 160 + 32,
        multiplyAdds: 112_896 + 12_544,
      },
      {
        label: 'pool max 2×2',
        block: null,
        shape: [14, 14, 16],
        parameterCount: 0,
        multiplyAdds: 0,
      },
      {
        label: 'flatten, dropout 0.25',
        block: null,
        shape: [3136],
        parameterCount: 0,
        multiplyAdds: 0,
      },
      { label: 'dense 10', block: null, shape: [10], parameterCount: 31_370, multiplyAdds: 31_360 },
    ])
  })

  it('is one SVG with every row and the totals, in both languages', () => {
    for (const t of [createTranslate('en'), createTranslate('zh-CN')]) {
      const svg = drawNetwork(sketch, t, colors)
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 560 \d+"/)
      expect(svg.match(/<rect [^>]*rx="4"/g)).toHaveLength(5)
      expect(svg).toContain(t('network.total', { parameters: 31_562, multiplyAdds: 156_800 }))
      expect(svg).not.toMatch(/NaN|undefined/)
    }
  })

  it('shows the layers of a residual block, and a line past them', () => {
    const residual: NetworkDefinition = {
      inputShape: [8],
      layers: [
        {
          kind: 'residual',
          layers: [
            { kind: 'dense', units: 8 },
            { kind: 'activation', activation: 'relu' },
            { kind: 'dense', units: 8 },
          ],
        },
        { kind: 'activation', activation: 'relu' },
        { kind: 'dense', units: 2 },
      ],
    }
    const sketched = sketchNetwork(residual)
    expect(
      networkRows(sketched, createTranslate('en')).map(({ label, block }) => [label, block]),
    ).toEqual([
      ['input', null],
      ['dense 8, relu', 0],
      ['dense 8', 0],
      ['relu', null],
      ['dense 2', null],
    ])
    expect(sketched).toMatchObject({ parameterCount: 2 * 72 + 18, multiplyAdds: 2 * 64 + 16 })
    expect(drawNetwork(sketched, createTranslate('en'), colors).match(/<circle /g)).toHaveLength(1)
  })

  it('says the same in words', () => {
    const words = describePicture(sketch, createTranslate('en'))
    expect(words).toContain('dense 10 → 10. 31,562 parameters, 156,800 multiply-adds per example')
    expect(describePicture(sketch, createTranslate('zh-CN'))).toContain('全连接 10 → 10')
  })

  it('cannot be broken out of by a name', () => {
    const layers = [{ ...sketch.layers[0]!, kind: '<script>&', detail: '' }]
    const svg = drawNetwork({ ...sketch, layers }, createTranslate('en'), colors)
    expect(svg).toContain('&lt;script&gt;&amp;')
    expect(svg).not.toContain('<script>')
  })
})
