/** When a schedule fires, as far as backups need to know. */
export interface ScheduleTimes {
  /** The longest time between two runs, in minutes; a change to or from summer time adds an hour at most. */
  longestGapMinutes: number;
  shortestGapMinutes: number;
}

/**
 * Reads an expression of EventBridge Scheduler: `rate(1 day)`, or `cron(minutes hours day-of-month month day-of-week
 * year)` (EventBridge Scheduler User Guide, "Schedule types"). `fault` says what is wrong with one that AWS, or a
 * backup, cannot take. The signs L, W and # are refused: nobody needs them to back up often enough.
 */
export function readScheduleTimes(expression: string): ScheduleTimes | { fault: string } {
  const rate = /^rate\(([1-9]\d{0,4}) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const minutes = Number(rate[1]) * (MINUTES[rate[2] ?? ""] ?? 1);
    return { longestGapMinutes: minutes, shortestGapMinutes: minutes };
  }
  const cron = /^cron\(([^()]+)\)$/.exec(expression);
  const parts = cron?.[1]?.split(" ") ?? [];
  const [minutes, hours, daysOfMonth, months, daysOfWeek, years] = parts;
  if (parts.length !== 6 || !minutes || !hours || !daysOfMonth || !months || !daysOfWeek) {
    return { fault: `is no schedule; write cron(0 3 * * ? *) or rate(1 day)` };
  }
  if ((daysOfMonth === "?") === (daysOfWeek === "?")) {
    return { fault: "must have a ? for the day of the month or for the day of the week, and not for both" };
  }
  if (years !== "*") return { fault: "must have * for the year: backups that end are none" };
  const fields = {
    minutes: readField(minutes, 0, 59),
    hours: readField(hours, 0, 23),
    daysOfMonth: daysOfMonth === "?" ? everyOf(1, 31) : readField(daysOfMonth, 1, 31),
    months: readField(months, 1, 12, MONTHS),
    daysOfWeek: daysOfWeek === "?" ? everyOf(1, 7) : readField(daysOfWeek, 1, 7, WEEKDAYS),
  };
  const [unread] = Object.entries({ minutes, hours, daysOfMonth, months, daysOfWeek }).filter(
    ([name]) => fields[name as keyof typeof fields] === undefined,
  );
  if (unread)
    return { fault: `cannot be read at "${unread[1]}"; take numbers, lists (,), spans (-) and steps (/)` };
  return findGaps(fields);
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface CronFields {
  minutes: Set<number> | undefined;
  hours: Set<number> | undefined;
  daysOfMonth: Set<number> | undefined;
  months: Set<number> | undefined;
  daysOfWeek: Set<number> | undefined;
}

/** The numbers that one field stands for; undefined when it is none that is understood. */
function readField(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const numberOf = (word: string): number => {
    const place = names.indexOf(word.toUpperCase());
    return place === -1 ? (/^\d{1,2}$/.test(word) ? Number(word) : Number.NaN) : place + least;
  };
  const found = new Set<number>();
  for (const item of text.split(",")) {
    const [span = "", step = "1", ...rest] = item.split("/");
    const [from = "", to, ...more] = span.split("-");
    const isOpen = span === "*" || (to === undefined && item.includes("/"));
    const first = span === "*" ? least : numberOf(from);
    const last = isOpen ? most : numberOf(to ?? from);
    const by = /^\d{1,2}$/.test(step) ? Number(step) : 0;
    if (rest.length > 0 || more.length > 0 || by === 0) return undefined;
    if (!(first >= least && last <= most && first <= last)) return undefined;
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return found;
}

function everyOf(least: number, most: number): Set<number> {
  return new Set(Array.from({ length: most - least + 1 }, (_, place) => least + place));
}

/** The gaps within a day, and those from the last run of one day to the first of the next that has any. */
function findGaps({
  minutes,
  hours,
  daysOfMonth,
  months,
  daysOfWeek,
}: CronFields): ScheduleTimes | { fault: string } {
  const times = [...(hours ?? [])]
    .flatMap((hour) => [...(minutes ?? [])].map((minute) => hour * 60 + minute))
    .sort((a, b) => a - b);
  const days = Array.from({ length: CYCLE_DAYS }, (_, day) => day).filter((day) => {
    const date = new Date(Date.UTC(2001, 0, 1 + day));
    return (
      months?.has(date.getUTCMonth() + 1) &&
      daysOfMonth?.has(date.getUTCDate()) &&
      daysOfWeek?.has(date.getUTCDay() + 1)
    );
  });
  const [firstDay] = days;
  const [firstTime] = times;
  const lastTime = times.at(-1);
  if (firstDay === undefined || firstTime === undefined || lastTime === undefined) {
    return { fault: "never fires" };
  }
  const gaps = [
    ...times.slice(1).map((time, place) => time - (times[place] ?? 0)),
    ...days.map((day, place) => {
      const next = days[place + 1] ?? firstDay + CYCLE_DAYS;
      return (next - day) * 1_440 + firstTime - lastTime;
    }),
  ];
  return { longestGapMinutes: Math.max(...gaps), shortestGapMinutes: Math.min(...gaps) };
}

/** After 28 years dates fall on the same days of the week again. */
const CYCLE_DAYS = 10_227;
