import { plainText, rolesOf } from '../../panel/csv/csv-words.js';
import { findColumns } from '../../panel/csv/small-table.js';

/** Content of a column of a plan. `closed` is the opposite of `open`. */
export type PlanColumn =
  | 'date'
  | 'from'
  | 'to'
  | 'product'
  | 'category'
  | 'location'
  | 'all'
  | 'price'
  | 'promo'
  | 'open'
  | 'closed'
  | 'available'
  | 'event'
  | 'note'
  | 'knownSince';

const list = (names: string) => names.trim().split(/\s+/);

/** Names that files of plans use and files of sales do not, without case, marks and accents; see `csv-words.ts`. */
const OWN_NAMES: Readonly<Partial<Record<PlanColumn, readonly string[]>>> = {
  from: list(`
    from start startdate startday begin begins firstday datefrom validfrom von ab beginn startdatum gueltigab gultigab anfang
    du debut datedebut desde inicio fechainicio da inizio datainizio van begindatum
  `),
  to: list(`
    to end enddate endday until till through lastday dateto validto bis ende enddatum gueltigbis gultigbis au fin datefin
    jusquau hasta fechafin a fine datafine tot einddatum
  `),
  all: list('all everything allproducts alle tous todos tutti'),
  price: list(
    'plannedprice promoprice saleprice newprice aktionspreis sonderpreis prixpromo preciooferta prezzopromo',
  ),
  open: list('open opened opening isopen geoffnet geoeffnet offen ouvert abierto aperto'),
  closed: list('closed isclosed closure geschlossen ferme fermeture cerrado chiuso gesloten'),
  event: list(
    'event events holiday occasion eventname anlass ereignis feiertag evenement fete evento festivo festa',
  ),
  note: list(`
    note notes comment comments remark remarks bemerkung notiz kommentar remarque commentaire nota comentario commento
    opmerking
  `),
  knownSince: list('knownsince announced announcedon bekanntseit'),
};

/** Columns with the same names as in files of sales. */
const SALES_ROLES = {
  date: 'date',
  sku: 'product',
  name: 'product',
  category: 'category',
  location: 'location',
  price: 'price',
  promo: 'promo',
  inStock: 'available',
} as const;

/** The columns of plans that a name may mean, the likeliest first. */
export function planColumnsOf(title: string): readonly PlanColumn[] {
  const plain = plainText(title);
  const own = (Object.entries(OWN_NAMES) as [PlanColumn, readonly string[]][])
    .filter(([, names]) => names.includes(plain))
    .map(([column]) => column);
  const ofSales = [...rolesOf(title)]
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ role }) => (role in SALES_ROLES ? [SALES_ROLES[role as keyof typeof SALES_ROLES]] : []));
  return [...new Set([...own, ...ofSales])];
}

/** Positions of the columns of a header: the first one of each, ids of products before their names. */
export function findPlanColumns(header: readonly string[]): ReadonlyMap<PlanColumn, number> {
  return findColumns<PlanColumn>(header, planColumnsOf);
}
