import { describe, expect, it } from 'vitest'
import { countLines } from '../../../scripts/count-lines.ts'

describe('lines of code', () => {
  it('of a script are those with a token', () => {
    const text = [
      '// a comment',
      '/** a',
      ' * docstring */',
      '',
      "const address = 'http://a' // and a comment",
      'const text = `one // no comment ${address /* but this is',
      'one */} /* nor is',
      '',
      'this */`',
      'const pattern = /\\/\\*/.test(text)',
      '/* } */ const after = 1',
      '// the end',
    ].join('\n')
    expect(countLines(text, 'a.ts')).toBe(6)
  })

  it('of a component are those of its template, script and style', () => {
    const text = [
      '<!-- a component -->',
      '<script setup lang="ts">',
      '// a comment',
      'const html = "<!-- no comment -->"',
      '</script>',
      '',
      '<template>',
      '  <!-- two',
      '       lines -->',
      '  <p>// text</p>',
      '</template>',
      '<style scoped>',
      '/* a rule */',
      'p::before {',
      '  content: "/* no comment */";',
      '}',
      '</style>',
    ].join('\n')
    expect(countLines(text, 'a.vue')).toBe(11)
  })

  it('of a style sheet are its rules', () => {
    expect(countLines('/* a\n b */\np {\n\n  color: red; /* c */\n}\n', 'a.css')).toBe(3)
  })
})
