/** Normalises text for comparison: lower case, without accents, signs and blanks. */
export function plainText(text: string): string {
  return text
    .toLowerCase()
    .replace(/\u00df/g, 'ss')
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}#]/gu, '');
}

/** Role of a column of a file in sales records. */
export type ColumnRole =
  | 'date'
  | 'time'
  | 'order'
  | 'line'
  | 'sku'
  | 'name'
  | 'variant'
  | 'category'
  | 'units'
  | 'price'
  | 'revenue'
  | 'type'
  | 'status'
  | 'location'
  | 'promo'
  | 'inStock'
  | 'voided';

const list = (words: string): readonly string[] => words.trim().split(/[\s,]+/);

/**
 * Names that exports give to their columns, best first, as {@link plainText}: English, German, French, Spanish, Italian,
 * Dutch, with a few of Portuguese, Polish and the Nordic countries.
 */
export const COLUMN_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  date: list(`
    date day orderdate ordereddate saledate salesdate datesold dateofsale invoicedate transactiondate purchasedate purchaseddate
    documentdate postingdate createdat createddate createdon creationdate orderdatetime datetime dateandtime timestamp orderedat soldat
    completedat saletime createdutc createddateutc ds dateordered txndate businessdate salecompletedat
    datum tag bestelldatum verkaufsdatum rechnungsdatum belegdatum buchungsdatum kaufdatum auftragsdatum datumuhrzeit verkauftam
    bestelltam erstelltam erstellungsdatum zeitpunkt bondatum
    jour datedevente datedecommande datecommande datedefacture datefacture datefacturation datedachat dateheure datedecreation
    fecha dia fechadeventa fechadepedido fechapedido fechadefactura fechafactura fechayhora fechahora fechadecompra fechadecreacion
    data giorno datavendita datadivendita dataordine datadellordine datafattura dataeora dataora datadocumento
    verkoopdatum besteldatum orderdatum factuurdatum datumtijd aankoopdatum datumentijd aangemaaktop
    dato salgsdato ordredato forsaljningsdatum datasprzedazy datazamowienia datadavenda
    datadopedido datadacompra datadeemissao datapedido dataefaturado datafatura datacriacao datedelacommande datecreated month week weekof mois semaine mes semana monat woche kw kalenderwoche intervalo interval period periodo periode maand week mese settimana lineitemdate dateadd
  `),
  time: list('time hour uhrzeit zeit heure hora ora tijd tid'),
  order: list(`
    orderid ordernumber orderno order# orderref orderreference order receiptnumber receiptno receipt receiptid invoiceno invoicenumber
    invoice transactionid salesrecordnumber incrementid amazonorderid num name
    bestellnummer bestellnr auftragsnummer rechnungsnummer belegnummer belegnr bonnummer bestellung
    numerodecommande ncommande commande numerodefacture commanden numerodepedido npedido pedido numerodefactura factura
    numeroordine ordine numerofattura fattura ordernummer bestelnummer factuurnummer bonnr kvittonummer
    orderuniqueid auftragsreferenz referencedelacommande referenciadelpedido numerodopedido pedidonumero nropedido referenciadopedido idorder
  `),
  line: list('lineid orderlineid lineitemid orderitemid saleslineid lineitemno positionsid'),
  sku: list(`
    productid sku itemsku productsku productreference variantsku lineitemsku sellersku productvariantsku stockcode itemcode productcode articlecode itemid
    itemnumber itemno productnumber productno partnumber partno articlenumber articleno inventoryitemcode customlabel skucode code
    artikelnummer artikelnr artnr artikelid artikelcode produktnummer produktid sachnummer materialnummer material
    reference referenceproduit refproduit codearticle codeproduit referencearticle ref codigo codigodeproducto codigoproducto
    codigoarticulo referencia refproducto codicearticolo codiceprodotto codice codart productnummer productcode varenummer artikelkod
    kodproduktu indeks barcode ean gtin upc asin
  `),
  name: list(`
    itemname productname product item producttitle itemtitle lineitemname title productservice productservicefullname productorservice
    itemdescription productdescription article description items details style
    artikel artikelbezeichnung artikelname bezeichnung produkt produktname produktbezeichnung artikelbeschreibung beschreibung ware
    produit nomduproduit libelle designation nomproduit articles produits nomdelarticle
    producto articulo nombredelproducto nombreproducto nombre descripcion nombredelarticulo concepto
    prodotto articolo nomeprodotto nomearticolo descrizione nome
    productnaam artikelomschrijving omschrijving naam artikelnaam vare varenavn produkter benamning nazwaproduktu nazwa produto
    nomedoproduto nomeproduto descricao descricaodoproduto artigo menuitem name
  `),
  variant: list(`
    variant varianttitle productvarianttitle variation variations variationdetails pricepointname size option options
    variante variantenname variacion taglia variazione uitvoering maat
  `),
  category: list(`
    category categoryname productcategory itemcategory producttype department family productfamily collection productgroup itemgroup group
    warengruppe kategorie produktgruppe artikelgruppe produktkategorie warengruppenname sortiment hauptwarengruppe
    categorie categorieproduit famille rayon groupedarticles typedeproduit familledeproduit
    categoria familia grupo categoriadeproducto departamento seccion
    reparto famiglia gruppo categoriaprodotto gruppomerceologico
    categorienaam productcategorie productgroep artikelgroep groep afdeling kategori varegruppe kategoria vendor brand
    categoriadoproduto familiadeprodutos
  `),
  units: list(`
    units quantity qty unitssold quantitysold qtysold soldquantity netquantity netitemssold itemssold unitsordered orderedquantity
    orderedqty qtyordered orderquantity quantityordered lineitemquantity itemquantity itemqty quantityrefund netunits netunitssold
    ordereditemquantity quantitypurchased qtyshipped quantityshipped unitsales unitcount pieces pcs demand count productquantity
    menge anzahl stueck stuck stueckzahl stuckzahl verkauftemenge verkaufsmenge absatz mengeverkauft verkaufteeinheiten einheiten bestellmenge
    quantite qte quantitevendue qtevendue quantitecommandee nombre unitesvendues unites articlesvendus qtes
    cantidad cant unidades unidadesvendidas cantidadvendida uds cantidadpedida articulosvendidos
    quantita qta quantitavenduta pezzi unitavendute qtavenduta quantitaordinata pz numeropezzi
    aantal hoeveelheid aantalverkocht verkochtaantal stuks verkochteaantallen besteldaantal
    antal antall maengde kvantitet ilosc quantidade
    sales sold ventes ventas vendite verkauf verkoop verkopen
    quantidadevendida qtd qtde qtdvendida unidadesvendidas quantidadedopedido
  `),
  price: list(`
    price unitprice sellprice itemprice listprice salesprice unitamount lineitemprice priceperunit pricequantity rate retailprice itemcost unitcost
    preis einzelpreis stueckpreis stuckpreis verkaufspreis vkpreis epreis ep
    prix prixunitaire prixdevente pu prixunitaireht prixunitairettc puht
    precio preciounitario preciodeventa preciounidad prezzo prezzounitario prezzodivendita
    prijs stukprijs eenheidsprijs verkoopprijs pris styckpris enhedspris cena cenajednostkowa preco precounitario
    precodevenda valorunitario
  `),
  revenue: list(`
    revenue netsales nrevenue netrevenue linetotal lineamount itemtotal itemsubtotal rowtotal productsales salesamount grosssales totalsales
    soldfor turnover netamount extendedprice subtotal orderlinewotax totalprice amount total sales value nettotal grossamount
    umsatz gesamtpreis gesamt betrag summe nettoumsatz bruttoumsatz positionswert nettobetrag gesamtbetrag erloes umsaetze umsatze zeilensumme
    chiffredaffaires ca montant montantht montantttc totalht totalttc ventesnettes ventesdeproduits totalligne
    ingresos importe ventas ventasnetas importetotal totallinea facturacion
    ricavo ricavi importo totale fatturato venditenette vendite totaleriga
    omzet bedrag totaal netto verkoopbedrag totaalprijs regeltotaal belopp sum oms kwota wartosc valor receita
    endpreis endbetrag nettowert warenwert nettosumme bruttosumme valortotal total valordavenda vendas totaldalinha precototal totaltaxincl zwischensumme soustotal positionsbetrag gesamtsumme gesamtwert
  `),
  type: list(`
    type transactiontype eventtype linetype saletype recordtype documenttype doctype ordertype kind movementtype
    typ transaktionstyp belegart vorgangsart buchungsart art vorgang typedetransaction typedeligne tipo tipodetransaccion tipodedocumento
    tipotransazione tipodocumento tipologia transactietype soort documenttypenaam
    tipodetransacao tipodedocumento tipodemovimento
  `),
  status: list(`
    status orderstatus financialstatus paymentstatus itemstatus state orderstate
    bestellstatus zahlungsstatus auftragsstatus statut etat etatdelacommande statutdelacommande statutcommande estado estadodelpedido stato
    statoordine statodellordine statusbestelling bestelstatus
    estadodopedido situacao statusdopedido orderstatusname verkaufsstatus
  `),
  location: list(`
    location store storename storeid shop outlet branch warehouse site register purchasepoint saleschannel pointofsale
    filiale standort laden geschaeft lager magasin boutique pointdevente tienda sucursal almacen negozio punto puntovendita sede
    winkel vestiging filiaal butik sklep loja
  `),
  voided: list(
    'void voided isvoid isvoided refunded isrefunded cancelled canceled iscancelled storniert storno annule anulado annullato cancelado',
  ),
  promo: list(
    'promo promotion onpromotion onsale promoted aktion aktionspreis enpromotion promocion promozione actie',
  ),
  inStock: list(
    'instock available availability lieferbar verfuegbar enstock disponible disponibile opvoorraad',
  ),
};

const ROLE_OF = new Map<string, { role: ColumnRole; rank: number }[]>();
for (const [role, names] of Object.entries(COLUMN_NAMES) as [ColumnRole, readonly string[]][]) {
  for (const [rank, name] of names.entries()) {
    const roles = ROLE_OF.get(name) ?? [];
    if (!roles.some((known) => known.role === role)) roles.push({ role, rank });
    ROLE_OF.set(name, roles);
  }
}

/** Qualifiers that names of columns carry: currencies, and with or without taxes. */
const QUALIFIERS =
  /\b(?:eur|usd|gbp|chf|cad|aud|brl|sek|nok|dkk|pln|netto|brutto|net|gross|ttc|ht|hors taxes?|inkl?|incl|excl?|exkl|inc|ex|mwst|ust|tax|vat|iva|tva|btw|moms|imp)\b\.?/giu;
/** Prefixes that any column of a table of sales may carry. */
const OWNER =
  /^(?:product|item|line ?item|order|line|artikel|produkt|produit|article|producto|produto|prodotto)[\s_-]+(?:s[\s_-]+)?/i;

/** The roles that a name of a column may have, each with its rank among the names of the role. */
export function rolesOf(title: string): readonly { readonly role: ColumnRole; readonly rank: number }[] {
  const bare = title.replace(/[([{].*$/, '');
  // The role of `Lines/Quantity`, `Umsatz netto` and `Product Qty` is in their last or first word.
  const part = bare.slice(bare.lastIndexOf('/') + 1);
  const unqualified = part.replace(QUALIFIERS, '');
  for (const name of [title, bare, part, unqualified, unqualified.trim().replace(OWNER, '')]) {
    const roles = ROLE_OF.get(plainText(name));
    if (roles) return roles;
  }
  return [];
}
