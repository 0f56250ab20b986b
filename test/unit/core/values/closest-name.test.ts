import { messageLine } from '../../../helpers/message-line.ts'
import { describe, expect, it } from 'vitest'
import {
  closestName,
  knownNames,
  unknownName,
} from '../../../../src-main/core/values/closest-name.ts'

const keys = ['name', 'objective', 'goals', 'space', 'sampler', 'stop', 'slots', 'seed']

describe('closestName', () => {
  it.each([
    ['stpo', 'stop'],
    ['objektive', 'objective'],
    ['Slots', 'slots'],
    ['samplers', 'sampler'],
    ['sed', 'seed'],
    // "slot" is one edit from "slots", two from "stop".
    ['slot', 'slots'],
  ])('%s was meant to be %s', (written, meant) => {
    expect(closestName(written, keys)).toBe(meant)
  })

  it('takes one edit of a short name, and never all of it', () => {
    expect(closestName('x', ['x0', 'y'])).toBe('x0')
    expect(closestName('c', ['a', 'b'])).toBeNull()
  })

  it.each(['color', 'x', '', 'retry'])('%j is like none', written => {
    expect(closestName(written, keys)).toBeNull()
  })

  it('stands in a rule beside the known names', () => {
    expect(messageLine(unknownName('key', 'stpo', ['stop', 'seed']))).toBe(
      'rule.unknownName kind=key hint=(rule.didYouMean name=stop) known=stop,seed',
    )
    expect(messageLine(unknownName('column', 'color', ['stop']))).toBe(
      'rule.unknownName kind=column known=stop',
    )
    expect(messageLine(unknownName('task', 5, []))).toBe('rule.unknownName kind=task')
    const many = Array.from({ length: 100 }, (_, index) => `column${index}`)
    expect(knownNames('x', many)).toEqual({ known: many.slice(0, 30), count: 100 })
  })
})
