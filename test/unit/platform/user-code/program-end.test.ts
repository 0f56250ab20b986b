import { expect, it } from 'vitest'
import { OutputTail } from '../../../../src-main/platform/user-code/program-end.ts'

function tailOf(...lines: readonly string[]): string {
  const tail = new OutputTail()
  tail.add('error', lines)
  return tail.text
}

it('keeps the first meaningful line and the last one whole', () => {
  const python = [
    'Traceback (most recent call last):',
    '  File "/home/anyone/projects/networks/train.py", line 12, in <module>',
    ...Array.from({ length: 3 }, (_, depth) => `    call_${depth}(${'argument, '.repeat(12)})`),
    'ValueError: the learning rate must be positive',
  ]
  const text = tailOf(...python)
  expect(text).toMatch(/^ {2}File "\/home\/anyone\/projects\/networks\/train.py", line 12/)
  expect(text).toMatch(/\| ValueError: the learning rate must be positive$/)
  expect(text).not.toContain('most recent call last')
  expect(text.length).toBeLessThanOrEqual(400)
})

it('says short output as it is, and of one long line its beginning and its end', () => {
  expect(tailOf('a', '', 'b')).toBe('a | b')
  const text = tailOf(`Error: begin ${'x'.repeat(2_000)} end`)
  expect(text).toMatch(/^Error: begin x+ … x+ end$/)
  expect(text.length).toBeLessThanOrEqual(400)
})
