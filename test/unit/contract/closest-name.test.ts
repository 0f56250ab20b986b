import { describe, expect, it } from 'vitest'
import { closestName, knownNames } from '../../../src-main/contract/closest-name.ts'

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

  it.each(['colour', 'x', '', 'retry'])('%j is like none', written => {
    expect(closestName(written, keys)).toBeNull()
  })

  it('ends a rule with the suggestion and the known names', () => {
    expect(knownNames('stpo', ['stop', 'seed'])).toBe('; did you mean "stop"? known: stop, seed')
    expect(knownNames('colour', ['stop', 'seed'], 'keys')).toBe('; keys: stop, seed')
    expect(knownNames('colour', [])).toBe('; known: none')
  })
})
