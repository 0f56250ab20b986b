import { describe, expect, it } from 'vitest'
import { distinctPath, portableName } from '../../../../src-main/platform/files/own-path.ts'

describe('a file of a trial that a person copies', () => {
  it.each([
    ['a\u202Egnp.exe', 'a(U+202E)gnp.exe'],
    ['a\u001B\nb', 'a␛_x0ab'],
    ['CON', 'CON~'],
    ['aux.txt', 'aux~.txt'],
    ['a:b?.png', 'a_b_.png'],
    ['学习 (1).png', '学习 (1).png'],
  ])('%j is called %s', (name, portable) => {
    expect(portableName(name)).toBe(portable)
  })

  it('has a path of its own where systems ignore case and forms', () => {
    const earlier = new Set<string>()
    const names = ['up.txt', 'UP.txt', '\u00E9', 'e\u0301', 'Up~2.txt']
    expect(names.map(name => distinctPath(name, earlier))).toEqual([
      'up.txt',
      'UP~2.txt',
      '\u00E9',
      'e\u0301~2',
      'Up~2~2.txt',
    ])
  })
})
