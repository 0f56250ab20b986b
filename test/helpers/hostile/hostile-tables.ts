import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { put, tableCase, textSource, type HostileCase } from './hostile-case.ts'

const good = 'x,c,y\n1,red,a\n2,blue,b\n3,red,a\n'
const packed = gzipSync(good)
const bytes = (...parts: (string | readonly number[])[]) =>
  Buffer.concat(parts.map(part => Buffer.from(part as string)))
const changed = (content: Uint8Array, at: number, ...values: number[]) => {
  const copy = Buffer.from(content)
  copy.set(values, at < 0 ? copy.length + at : at)
  return copy
}
const manyRows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${row(index)}\n`).join('')

const nothing = ['rows', 'must hold a header line and at least one row'] as const
const unequal = 'every line must have as many fields as the header'

function textCase(name: string, content: string, field: string, rule: string, line?: number) {
  const make = (folder: string) =>
    textSource({ file: put(folder, 'texts.csv', content), text: 'text', target: 'class' })
  return {
    name,
    make,
    code: 'data.invalid' as const,
    field,
    rule,
    ...(line === undefined ? {} : { line }),
  }
}

/** Tables of text: CSV and TSV, plain and packed. */
export const hostileTables: readonly HostileCase[] = [
  tableCase('an empty file', '', nothing),
  tableCase('a header alone', 'x,c,y\n', nothing),
  tableCase('a byte order mark alone', '\ufeff', nothing),
  tableCase('blank lines alone', '\n\n\r\n\n', nothing),
  tableCase('a quote that is never closed', `${good}4,"red,b\n5,red,a\n`, [
    'csv',
    'every opened quote must be closed',
  ]),
  tableCase('a quote inside a field', 'x,c,y\n1,re"d,a\n', [
    'csv',
    'a quote may stand at the start of a field only',
    2,
  ]),
  tableCase('text behind a closing quote', 'x,c,y\n1,"red"!,a\n', [
    'csv',
    'a closing quote must be followed by a delimiter',
    2,
  ]),
  tableCase('a row that is too short', 'x,c,y\n1,red,a\n2,blue\n', ['csv', unequal, 3]),
  tableCase('a row that is too long', 'x,c,y\n1,red,a\n2,blue,b,b\n', ['csv', unequal, 3]),
  tableCase(
    'a short row of a table with tabs',
    'x\tc\ty\n1\tred\ta\n2\tblue\n',
    ['csv', unequal, 3],
    { delimiter: '\t' },
  ),
  tableCase('a million columns', `${manyRows(2, () => 'c,'.repeat(999_999))}`, [
    'csv',
    'a record must be at most 1000000 bytes',
  ]),
  tableCase(
    'more columns than a table may have',
    `${Array.from({ length: 10_001 }, (_, index) => `c${index}`).join()}\n`,
    ['columns', 'must be at most 10000', 1],
  ),
  tableCase('a field of two megabytes', `x,c,y\n1,${'z'.repeat(2_000_000)},a\n`, [
    'csv',
    'a record must be at most 1000000 bytes',
  ]),
  tableCase('a field of two megabytes in quotes', `x,c,y\n1,"${'z'.repeat(2_000_000)}",a\n`, [
    'csv',
    'a record must be at most 1000000 bytes',
  ]),
  tableCase('a table in Latin-1', bytes('x,c,y\n1,caf', [0xe9], ',a\n2,the,b\n'), [
    'encoding',
    'the text must be in the encoding; set encoding if it is another one',
    2,
  ]),
  tableCase(
    'UTF-8 that goes on in GB 18030',
    bytes('x,c,y\n1,红,a\n2,', [0xba, 0xec, 0xc9, 0xab], ',b\n'),
    ['encoding', 'the text must be in the encoding', 3],
  ),
  tableCase('a character that is cut at the end', bytes('x,c,y\n1,red,a\n2,blue,b\n3,', [0xe7]), [
    'encoding',
    'the text must be in the encoding',
  ]),
  tableCase('an image that is called a table', bytes([0x89], 'PNG\r\n', [0x1a], '\n', [0, 0]), [
    'encoding',
    'the text must be in the encoding',
  ]),
  tableCase('a target that is NaN', 'x,y\n1,0.5\n2,NaN\n3,1.5\n', [
    'y',
    'the target must have a value in every row',
    3,
  ]),
  tableCase('a target that is absent', 'x,y\n1,0.5\n2,\n3,1.5\n', [
    'y',
    'the target must have a value in every row',
    3,
  ]),
  tableCase('a number that overflows', 'x,y\n1,a\n1e999,b\n', [
    'x',
    'must be a number that a 64-bit float can hold',
    3,
  ]),
  tableCase('a target that overflows', 'x,y\n1,0.5\n2,-1e400\n', [
    'y',
    'must be a number that a 64-bit float can hold',
    3,
  ]),
  tableCase('a column name twice', 'x,x,y\n1,2,a\n', ['header[1]', 'column names must differ', 1]),
  tableCase('a column without a name', 'x,,y\n1,2,a\n', [
    'header[1]',
    'every column must have a name',
    1,
  ]),
  tableCase(
    'a target that is no column',
    good,
    ['objective.data.target', 'rule.unknownName kind=column known=x,c,y'],
    { target: '__proto__' },
  ),
  tableCase(
    'a categorical column that is no column',
    good,
    ['objective.data.categorical', 'rule.unknownName kind=column'],
    { categorical: ['constructor'] },
  ),
  tableCase(
    'a target among the ignored columns',
    good,
    ['objective.data.ignore', 'must not list the target'],
    { ignore: ['y'] },
  ),
  tableCase('one class', 'x,y\n1,a\n2,a\n', ['y', 'the target must have at least two classes']),
  tableCase('a quantity that never changes', 'x,y\n1,2.5\n2,2.5\n', [
    'y',
    'the target must have at least two different values',
  ]),
  tableCase('features that never change', 'x,y\n1,a\n1,b\n', [
    'columns',
    'must leave at least one column beside the target that varies',
  ]),
  tableCase(
    'words in a quantity',
    'x,y\n1,2.5\n2,tall\n',
    ['y', 'a regression target must be a number in every row', 3],
    { problem: 'regression' },
  ),
  tableCase('a class in two spellings', 'x,y\n1,1\n2,1.0\n3,2\n', [
    'y',
    'is the same number as 1, so both would be classes',
  ]),
  tableCase(
    'more classes than a model may have',
    `x,y\n${manyRows(1_001, index => `${index},k${index}`)}`,
    ['y', 'classes must be at most 1000'],
  ),
  tableCase('a gzip file that is cut short', packed.subarray(0, -12), [
    'gzip',
    'must be a whole, undamaged gzip file',
  ]),
  tableCase('a gzip file with a wrong checksum', changed(packed, -8, 1, 2, 3, 4), [
    'gzip',
    'must be a whole, undamaged gzip file',
  ]),
  tableCase('a gzip header and nothing else', packed.subarray(0, 2), [
    'gzip',
    'must be a whole, undamaged gzip file',
  ]),
  tableCase('a gzip bomb', gzipSync(Buffer.alloc(20_000_000, 'a')), [
    'csv',
    'a record must be at most 1000000 bytes',
  ]),
  tableCase('gzip within gzip', gzipSync(packed), ['encoding', 'the text must be in the encoding']),
  {
    ...tableCase('a table that is not there', folder => path.join(folder, 'none.csv'), [
      'objective.data.file',
      '',
    ]),
    code: 'file.notFound',
  },
  {
    ...tableCase('a folder that is called a table', folder => folder, ['', 'is not a file']),
    code: 'file.unreadable',
    field: null,
  },
  textCase(
    'texts without their column',
    'words,class\na,b\n',
    'objective.data.source.text',
    'rule.unknownName kind=column known=words,class',
  ),
  textCase(
    'texts with their column twice',
    'text,text,class\na,b,c\n',
    'objective.data.source.text',
    'must be the name of one column only',
  ),
  textCase('a text without a class', 'text,class\na,b\nc,\n', 'class', 'must have a value', 3),
  textCase('texts of one class', 'text,class\na,b\nc,b\n', 'class', 'must be 2 to 1000 classes'),
]
