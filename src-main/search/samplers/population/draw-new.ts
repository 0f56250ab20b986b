const DRAWS = 5
const KICKS = 10

/**
 * A draw that is no repeat: after some draws in vain the last one is kicked, again and again, until it is none or
 * there is little hope that there is anything new.
 */
export function drawNew<Draw>(
  draw: () => Draw,
  isRepeat: (drawn: Draw) => boolean,
  kick: (drawn: Draw) => Draw,
): Draw {
  let drawn = draw()
  for (let turn = 1; turn < DRAWS + KICKS && isRepeat(drawn); turn++) {
    drawn = turn < DRAWS ? draw() : kick(drawn)
  }
  return drawn
}
