const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Local time as C's `ctime` writes it: `Sun Nov  1 15:27:57 2026`. */
export function formatCtime(wallMs: number): string {
  const at = new Date(wallMs)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = String(at.getDate()).padStart(2, ' ')
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return `${DAYS[at.getDay()] ?? ''} ${MONTHS[at.getMonth()] ?? ''} ${day} ${clock} ${at.getFullYear()}`
}
