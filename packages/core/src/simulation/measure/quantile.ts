/** Quantiles, as the laboratory counts them. */

/** Linear between the two nearest (type 7 of Hyndman and Fan). Numbers in ascending order; none: not a number. */
export const quantile = (sorted: ReadonlyArray<number>, share: number): number => {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}
