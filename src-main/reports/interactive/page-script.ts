/**
 * What runs in the page that is shared: it reads the data and the words that lie in the page, and writes texts only, never markup. Any
 * browser of the last years runs it from a file; it asks nobody for anything.
 */
export const pageScript = String.raw`
'use strict'
const read = id => JSON.parse(document.getElementById(id).textContent)
const data = read('data'), words = read('words')
const { columns, rows } = data
const at = kind => columns.findIndex(column => column.kind === kind)
const value = at('value')
const show = 200
let sortBy = value < 0 ? 0 : value, down = value < 0 ? true : !data.minimize, shown = show, chosen = null, filtered = rows
const element = id => document.getElementById(id)
const number = v => {
  if (v === 0) return '0'
  const size = Math.abs(v), sign = v < 0 ? '−' : ''
  if (Number.isInteger(v) && size < 1e15) return sign + group(String(size))
  if (size < 1e-3 || size >= 1e9) { const [m, e] = size.toExponential(3).split('e'); return sign + Number(m) + 'e' + Number(e) }
  return sign + group(String(size >= 9999.5 ? Math.round(size) : Number(size.toPrecision(4))))
}
const group = digits => digits.replace(/^\d{4,}/, d => d.replace(/\B(?=(\d{3})+(?!\d))/g, ','))
const cellText = (cell, column) => cell === null ? '' : column.kind === 'trial' ? String(cell) : typeof cell === 'number' ? number(cell) : column.kind === 'state' ? (words.states[cell] || cell) : cell
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

const unquote = text => /^\x60.*\x60$/.test(text) ? text.slice(1, -1) : text
function test(word) {
  const parts = /^(\x60[^\x60]+\x60|[^<>:=]+)(<=|>=|<|>|:|=)(.+)$/s.exec(word)
  if (parts === null) {
    const lower = unquote(word).toLowerCase()
    return { passes: row => row.some((cell, index) => cellText(cell, columns[index]).toLowerCase().includes(lower)) }
  }
  const name = unquote(parts[1]), sign = parts[2], wanted = unquote(parts[3]), limit = Number(wanted)
  const index = name === 'value' ? value : columns.findIndex(column => column.name === name)
  if (index < 0) return { unknown: name, passes: () => false }
  if (sign === ':' || sign === '=') return { passes: row => row[index] !== null && (String(row[index]) === wanted || row[index] === limit || cellText(row[index], columns[index]) === wanted) }
  return { passes: row => typeof row[index] === 'number' && (sign === '<' ? row[index] < limit : sign === '<=' ? row[index] <= limit : sign === '>' ? row[index] > limit : row[index] >= limit) }
}
function filter() {
  const tests = (element('filter').value.match(/(?:\x60[^\x60]*\x60|[^\s\x60])+/g) || []).map(test)
  const unknown = tests.flatMap(part => part.unknown === undefined ? [] : [part.unknown])
  filtered = rows.filter(row => tests.every(part => part.passes(row)))
  const sign = down ? -1 : 1
  filtered.sort((a, b) => {
    const [x, y] = [a[sortBy], b[sortBy]]
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || a[0] - b[0]
    return x === y ? a[0] - b[0] : sign * (x < y ? -1 : 1)
  })
  element('count').textContent = unknown.length > 0 ? fill(words.unknown, { names: unknown.join(', ') }) : fill(words.showing, { shown: filtered.length, total: rows.length })
  table()
  charts()
}

function table() {
  const head = element('head')
  head.replaceChildren(...columns.map((column, index) => {
    const cell = document.createElement('th'), button = document.createElement('button')
    cell.scope = 'col'
    cell.className = column.isNumber ? 'number' : ''
    cell.ariaSort = index === sortBy ? (down ? 'descending' : 'ascending') : 'none'
    button.type = 'button'
    button.textContent = title(column) + (index === sortBy ? (down ? ' ▾' : ' ▴') : '')
    button.onclick = () => { down = sortBy === index && !down; sortBy = index; filter(); element('head').children[index].firstChild.focus() }
    cell.append(button)
    return cell
  }))
  element('body').replaceChildren(...filtered.slice(0, shown).map(row => {
    const line = document.createElement('tr')
    line.tabIndex = 0
    line.className = [row[0] === data.best ? 'best' : '', row[0] === chosen ? 'chosen' : ''].join(' ')
    line.append(...row.map((cell, index) => {
      const entry = document.createElement('td')
      entry.className = columns[index].isNumber ? 'number' : ''
      entry.textContent = cellText(cell, columns[index])
      return entry
    }))
    line.onclick = () => { chosen = chosen === row[0] ? null : row[0]; filter() }
    line.onkeydown = event => { if (event.key === 'Enter') line.onclick() }
    return line
  }))
  element('more').hidden = filtered.length <= shown
}
const title = column => words.columns[column.kind] || column.name

const style = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()
function canvasOf(id) {
  const canvas = element(id), ratio = devicePixelRatio || 1
  const width = canvas.clientWidth, height = canvas.clientHeight
  canvas.width = width * ratio
  canvas.height = height * ratio
  const context = canvas.getContext('2d')
  if (context === null) return null
  context.scale(ratio, ratio)
  context.font = '12px system-ui, sans-serif'
  return { context, width, height }
}
/** Places along an axis, from 0 to 1. */
function scaleOf(index) {
  const column = columns[index]
  if (!column.isNumber) {
    const values = [...new Set(rows.map(row => row[index]).filter(cell => cell !== null))].sort()
    const place = new Map(values.map((cell, rank) => [cell, values.length === 1 ? 0.5 : rank / (values.length - 1)]))
    return { at: cell => cell === null ? null : place.get(cell), ticks: values.map(cell => [place.get(cell), cellText(cell, column)]) }
  }
  const numbers = rows.map(row => row[index]).filter(cell => cell !== null).sort((a, b) => a - b)
  // Values of a goal that ran away would squash all others.
  const cut = column.kind === 'value' ? Math.floor(numbers.length * 0.05) : 0
  let low = numbers[column.kind === 'value' && !data.minimize ? cut : 0], high = numbers[numbers.length - 1 - (column.kind === 'value' && data.minimize ? cut : 0)]
  const log = column.isLog && low > 0
  const along = log ? Math.log : Number
  if (low === high) { low -= Math.abs(low) / 10 || 1; high += Math.abs(high) / 10 || 1 }
  const [from, to] = [along(low), along(high)]
  const tick = share => log ? Math.exp(from + share * (to - from)) : from + share * (to - from)
  return { at: cell => cell === null ? null : Math.min(1, Math.max(0, (along(cell) - from) / (to - from))), ticks: [0, 0.25, 0.5, 0.75, 1].map(share => [share, column.kind === 'trial' ? String(Math.round(tick(share))) : number(Number(tick(share).toPrecision(3)))]) }
}
const scales = new Map()
const scale = index => { if (!scales.has(index)) scales.set(index, scaleOf(index)); return scales.get(index) }
const colors = () => Array.from({ length: 8 }, (_, index) => style('series-' + index)).map(color => color || style('accent'))

let points = []
function scatter() {
  const drawing = canvasOf('scatter')
  points = []
  if (drawing === null || value < 0) return
  const { context, width, height } = drawing
  const [left, right, top, bottom] = [72, 14, 10, 34]
  const xIndex = Number(element('x').value), yIndex = Number(element('y').value), by = Number(element('color').value)
  const xs = scale(xIndex), ys = scale(yIndex)
  const x = place => left + place * (width - left - right), y = place => height - bottom - place * (height - top - bottom)
  context.strokeStyle = style('grid')
  context.fillStyle = style('muted')
  for (const [place, text] of ys.ticks) { line(context, left, y(place), width - right, y(place)); context.textAlign = 'right'; context.fillText(text, left - 6, y(place) + 4, left - 8) }
  const every = Math.ceil(xs.ticks.length / 8)
  xs.ticks.filter((_, index) => index % every === 0).forEach(([place, text]) => { line(context, x(place), top, x(place), height - bottom); context.textAlign = place < 0.05 ? 'left' : place > 0.95 ? 'right' : 'center'; context.fillText(text, x(place), height - 16) })
  const groups = by < 0 ? [] : scale(by).ticks.map(([, text]) => text), palette = colors()
  for (const row of filtered.toReversed()) {
    const [px, py] = [xs.at(row[xIndex]), ys.at(row[yIndex])]
    if (px === null || py === null) continue
    const isComplete = row[1] === 'complete'
    context.globalAlpha = filtered.length > 2000 ? 0.4 : 0.8
    context.fillStyle = by < 0 ? style(isComplete ? 'accent' : 'pruned') : palette[Math.max(0, groups.indexOf(cellText(row[by], columns[by]))) % 8]
    context.beginPath()
    context.arc(x(px), y(py), row[0] === chosen ? 7 : isComplete ? 3.5 : 2.5, 0, 7)
    context.fill()
    if (row[0] === chosen || row[0] === data.best) { context.globalAlpha = 1; context.strokeStyle = style('best'); context.lineWidth = 2; context.stroke(); context.lineWidth = 1 }
    points.push([x(px), y(py), row])
  }
  context.globalAlpha = 1
  element('legend').replaceChildren(...groups.slice(0, 8).map((text, index) => { const entry = document.createElement('span'), dot = document.createElement('i'); dot.style.background = palette[index % 8]; entry.append(dot, text); return entry }))
}
function line(context, x1, y1, x2, y2) { context.beginPath(); context.moveTo(x1, y1); context.lineTo(x2, y2); context.stroke() }

function parallel() {
  const drawing = canvasOf('parallel')
  if (drawing === null) return
  const { context, width, height } = drawing
  const axes = columns.map((_, index) => index).filter(index => ['value', 'parameter'].includes(columns[index].kind)).slice(0, Math.max(2, Math.floor(width / 90)))
  const [left, top, bottom] = [60, 26, 12]
  const x = index => axes.length === 1 ? width / 2 : left + index / (axes.length - 1) * (width - 2 * left), y = place => height - bottom - place * (height - top - bottom)
  const ordered = filtered.filter(row => value < 0 || row[value] !== null)
  const best = row => value < 0 ? 0.5 : (place => data.minimize ? 1 - place : place)(scale(value).at(row[value]))
  const opacity = Math.min(0.85, Math.max(0.02, 36 / Math.max(1, ordered.length) ** 0.75))
  for (const row of ordered.toReversed()) {
    const isMarked = row[0] === chosen || (chosen === null && row[0] === data.best)
    const goodness = best(row)
    context.globalAlpha = isMarked ? 1 : opacity * (0.35 + 0.65 * goodness ** 2)
    context.strokeStyle = style(isMarked ? 'best' : goodness > 0.6 ? 'accent' : 'muted')
    context.lineWidth = isMarked ? 2.5 : 1
    context.beginPath()
    let pen = false
    axes.forEach((axis, index) => {
      const place = scale(axis).at(row[axis])
      if (place === null || place === undefined) { pen = false; return }
      if (pen) context.lineTo(x(index), y(place)); else context.moveTo(x(index), y(place))
      pen = true
    })
    context.stroke()
  }
  context.globalAlpha = 1
  context.lineWidth = 1
  axes.forEach((axis, index) => {
    context.strokeStyle = style('muted')
    line(context, x(index), y(0), x(index), y(1))
    context.fillStyle = style('text')
    context.textAlign = 'center'
    context.fillText(title(columns[axis]), x(index), 14, (width - 2 * left) / Math.max(1, axes.length - 1) - 6)
    context.textAlign = 'right'
    const ticks = scale(axis).ticks
    ticks.filter((_, rank) => rank % Math.ceil(ticks.length / 8) === 0).forEach(([place, text]) => {
      context.lineWidth = 3
      context.strokeStyle = style('background')
      context.strokeText(text, x(index) - 5, y(place) + 4, 56)
      context.fillText(text, x(index) - 5, y(place) + 4, 56)
    })
    context.lineWidth = 1
  })
}
function charts() { scatter(); parallel() }

function near(event) {
  const box = element('scatter').getBoundingClientRect()
  const [px, py] = [event.clientX - box.left, event.clientY - box.top]
  let nearest = null, least = 144
  for (const [x, y, row] of points) { const distance = (x - px) ** 2 + (y - py) ** 2; if (distance <= least) { least = distance; nearest = row } }
  return nearest
}
element('scatter').onmousemove = event => {
  const row = near(event), tip = element('tip')
  tip.hidden = row === null
  if (row === null) return
  tip.textContent = columns.map((column, index) => [title(column), cellText(row[index], column)]).filter(([, text]) => text !== '').map(pair => pair.join(': ')).join('\n')
  tip.style.left = Math.min(event.offsetX + 14, Math.max(0, element('scatter').clientWidth - 230)) + 'px'
}
element('scatter').onmouseleave = () => { element('tip').hidden = true }
element('scatter').onclick = event => { const row = near(event); chosen = row === null ? null : row[0]; filter() }

function choices(id, list, first) {
  element(id).replaceChildren(...list.map(([index, text]) => { const option = document.createElement('option'); option.value = index; option.textContent = text; return option }))
  element(id).value = first
  element(id).onchange = charts
}
const numbered = columns.map((column, index) => [index, title(column)])
choices('x', numbered.filter(([index]) => columns[index].kind !== 'state'), 0)
choices('y', numbered.filter(([index]) => columns[index].isNumber && columns[index].kind !== 'trial'), value < 0 ? columns.length - 1 : value)
choices('color', [[-1, words.byState], ...numbered.filter(([index]) => columns[index].kind === 'parameter' && !columns[index].isNumber)], -1)
element('filter').oninput = () => { shown = show; filter() }
element('more').onclick = () => { shown += 1000; table() }
addEventListener('resize', charts)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', charts)
filter()
`
