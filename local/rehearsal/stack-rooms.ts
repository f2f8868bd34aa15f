import type { Settings } from "../../infra/settings.ts";
import {
  countResources,
  describeAlarms,
  describeBackups,
  describeFunctions,
  describeOthers,
  type Registered,
} from "./registered-rooms.ts";
import { countOf, ROOM_IDS, type Room, type RoomId, type RoomText, soft } from "./room.ts";
import {
  describeApplications,
  describeAudit,
  describeAwsAccess,
  describeClients,
  describeCopy,
  describeGuard,
  describeMail,
  describeOutputs,
  describeRoutes,
  describeSignInPage,
  describeSms,
  describeUsers,
  describeVisitors,
} from "./setting-rooms.ts";

/**
 * The rooms of a stack: what its settings say, and how many resources the deployment registered for each. A feature
 * that is off has no room; a component that no room is known for ends in `others`, so that nothing is left out.
 */
export function describeRooms(settings: Settings, registrations: readonly Registered[]): Room[] {
  const counts = countResources(registrations);
  const described: Record<RoomId, RoomText | undefined> = {
    who: describeVisitors(settings),
    clients: describeClients(settings),
    awsAccess: describeAwsAccess(settings),
    routes: describeRoutes(settings),
    applications: describeApplications(settings),
    signInPage: describeSignInPage(settings),
    users: describeUsers(settings),
    mail: describeMail(settings),
    sms: describeSms(settings),
    functions: describeFunctions(settings, registrations),
    guard: describeGuard(settings),
    backups: describeBackups(settings, registrations),
    copy: describeCopy(settings),
    audit: describeAudit(settings),
    alarms: describeAlarms(registrations),
    outputs: describeOutputs(settings),
    keys: counts.has("keys") ? { title: "Keys of its own", lines: [] } : undefined,
    others: describeOthers(registrations),
  };
  return ROOM_IDS.flatMap((id) => {
    const room = described[id];
    if (room === undefined) return [];
    const count = counts.get(id);
    const lines = count === undefined ? room.lines : [...room.lines, soft(countOf(count, "resource"))];
    return [{ id, title: room.title, lines }];
  });
}
