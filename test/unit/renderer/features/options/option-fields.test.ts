import { describe, expect, it } from 'vitest'
import { describeCatalog } from '../../../../../src-main/features/studies/node/catalog.ts'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'
import {
  fieldsOf,
  type OptionField,
  type OptionKind,
  type Variant,
} from '../../../../../src-renderer/features/options/option-fields.ts'
import { fromYamlLine, yamlLine } from '../../../../../src-renderer/features/options/yaml-line.ts'

const catalog = describeCatalog()

function variantsOf(kind: OptionKind): readonly Variant[] {
  return kind.type === 'variant' || kind.type === 'variants' ? kind.variants : []
}

/** A field with all that are inside it. */
function withInner(fields: readonly OptionField[]): OptionField[] {
  return fields.flatMap(field => {
    const { kind } = field
    const inner =
      kind.type === 'group' ? kind.fields : variantsOf(kind).flatMap(variant => variant.fields)
    return [field, ...withInner(inner)]
  })
}

const algorithms = [...catalog.samplers, ...catalog.pruners]
const everything = [
  ...[...algorithms, ...catalog.tasks].flatMap(({ schema }) => withInner(fieldsOf(schema))),
  ...withInner(fieldsOf(catalog.functionSchema)),
  ...withInner(
    fieldsOf(catalog.studySchema, [
      'objective',
      'name',
      'goals',
      'space',
      'relations',
      'sampler',
      'pruner',
      'parallelTrials',
      'seed',
    ]),
  ),
]

describe('fields of options', () => {
  it.each(algorithms)('has one for every option of $name', ({ schema }) => {
    const properties = Object.keys((schema['properties'] ?? {}) as object)
    const constants = properties.filter(
      name => 'const' in (schema['properties'] as Record<string, object>)[name]!,
    )
    expect([...fieldsOf(schema).map(({ name }) => name), ...constants].sort()).toEqual(
      properties.sort(),
    )
  })

  it('tells kinds apart', () => {
    const kindOf = (sampler: string, option: string): OptionKind | undefined => {
      const entry = algorithms.find(({ name }) => name === sampler)
      return fieldsOf(entry?.schema ?? {}).find(({ name }) => name === option)?.kind
    }
    expect(kindOf('tpe', 'multivariate')).toEqual({ type: 'flag' })
    expect(kindOf('sobol', 'scramble')).toEqual({
      type: 'choice',
      values: ['none', 'shift', 'owen'],
    })
    expect(kindOf('tpe', 'goodShare')).toEqual({ type: 'number' })
    expect(kindOf('grid', 'points')).toEqual({ type: 'yaml' })
    expect(kindOf('portfolio', 'samplers')?.type).toBe('variants')
    const wrapped = kindOf('patient', 'wrapped')
    const median =
      wrapped?.type === 'variant' && wrapped.variants.find(variant => variant.label === 'median')
    expect(median && [median.start, median.fits({ name: 'median' }), median.fits('x')]).toEqual([
      { name: 'median' },
      true,
      false,
    ])
  })

  it('explains every option of every algorithm', () => {
    for (const { name, schema } of algorithms) {
      for (const field of fieldsOf(schema)) {
        expect(field.description, `${name}: ${field.name}`).not.toBe('')
      }
    }
  })

  it('explains every one of them by a key of the catalogs', () => {
    const keys = [...new Set(everything.map(field => field.description))].filter(Boolean)
    expect(keys.length).toBeGreaterThan(200)
    expect(keys.filter(key => !createTranslate('en').has(key))).toEqual([])
  })
})

it('reads the lines that it writes', () => {
  for (const value of ['auto', 5, [28, 28], { x0: 3 }, true, '5', [{ metric: 'm', atMost: 2 }]]) {
    expect(fromYamlLine(yamlLine(value))).toEqual(value)
  }
  expect(fromYamlLine('[1,')).toBe('[1,')
  expect(fromYamlLine(' ')).toBeUndefined()
  expect([fromYamlLine('null'), yamlLine(null)]).toEqual([null, 'null'])
})
