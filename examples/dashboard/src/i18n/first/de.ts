import type { FirstTexts } from './en.js';

/** Texts in German that are needed before anything else is loaded. */
export const first: FirstTexts = {
  'app.name': 'Absatzprognosen',
  'app.loading': 'Wird geladen …',
  'signIn.title': 'Anmelden',
  'signIn.key': 'API-Schlüssel',
  'signIn.key.hint': 'Er beginnt mit „cf_“. Der Server gibt beim ersten Start einen aus.',
  'signIn.submit': 'Anmelden',
  'signIn.privacy':
    'Der Schlüssel wird gegen eine Sitzung von zwölf Stunden getauscht und nicht im Browser aufbewahrt.',
  'signIn.provider': 'Mit {name} anmelden',
  'signIn.signOut': 'Hier sind Sie abgemeldet.',
  'signIn.signOut.provider': 'Auch von {name} abmelden',
  'signIn.problem.denied':
    'Sie wurden nicht angemeldet: Sie haben abgebrochen, oder der Identitätsanbieter hat Sie nicht zugelassen.',
  'signIn.problem.expired':
    'Diese Anmeldung ist abgelaufen, oder eine andere ist an ihre Stelle getreten. Melden Sie sich noch einmal an.',
  'signIn.problem.no-right':
    'Sie haben hier noch keine Rechte. Bitten Sie die Verwaltung, Ihnen beim Identitätsanbieter eine Rolle zu geben.',
  'signIn.problem.refused':
    'Die Antwort des Identitätsanbieters ist ungültig. Melden Sie sich noch einmal an, und sagen Sie der Verwaltung Bescheid, wenn es wieder geschieht.',
  'signIn.problem.unavailable':
    'Der Identitätsanbieter antwortet gerade nicht. Versuchen Sie es in einer Minute noch einmal, oder melden Sie sich mit einem Schlüssel an.',
  'problem.title': 'Das hat nicht geklappt',
  'problem.retry': 'Erneut versuchen',
  'problem.words': 'Einzelheiten:',
  'problem.requestId': 'Anfrage {id}',
  'problem.unreachable': 'Der Server ist nicht erreichbar.',
  'problem.unreachable.hint': 'Prüfen Sie die Verbindung, oder wenden Sie sich an den Betreiber des Servers.',
  'problem.unauthorized': 'Dieser Schlüssel ist ungültig, abgelaufen oder gesperrt.',
  'problem.unauthorized.hint':
    'Fügen Sie den vollständigen Schlüssel ein, oder bitten Sie die Verwaltung um einen neuen.',
  'problem.forbidden': 'Ihr Schlüssel darf das nicht.',
  'problem.forbidden.hint': 'Die Verwaltung kann einen Schlüssel mit einer anderen Rolle ausstellen.',
  'problem.not-trained': 'Es gibt noch keine Prognose: Noch wurde kein Modell trainiert.',
  'problem.not-trained.hint':
    'Laden Sie auf der Seite „Daten“ Verkäufe hoch und starten Sie ein Training, oder warten Sie auf das laufende.',
  'problem.not-found': 'Das ist nicht vorhanden.',
  'problem.not-found.hint':
    'Vielleicht wurde es umbenannt, oder es gibt keine Verkäufe in den Tagen, auf denen das Modell trainiert wurde.',
  'problem.no-tenant': 'Ihr Laden ist nicht mehr auf diesem Server.',
  'problem.no-tenant.hint': 'Wenden Sie sich an den Betreiber des Servers.',
  'problem.too-many-refusals': 'Aus Ihrem Netz kamen zu viele falsche Schlüssel.',
  'problem.too-many-refusals.hint':
    'Warten Sie eine Minute und versuchen Sie es mit dem richtigen Schlüssel noch einmal.',
  'problem.rate-limited': 'Zu viele Anfragen in einer Minute.',
  'problem.rate-limited.hint': 'Warten Sie eine Minute und versuchen Sie es noch einmal.',
  'problem.unavailable': 'Ein Teil des Servers antwortet gerade nicht.',
  'problem.unavailable.hint': 'Versuchen Sie es in einigen Sekunden noch einmal.',
  'problem.conflict': 'Ein anderer Vorgang läuft gerade, oder jemand hat dies inzwischen geändert.',
  'problem.conflict.hint': 'Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  'problem.model-not-kept':
    'Das Modell hinter den Prognosen wurde nicht aufbewahrt; nur seine Prognosen sind verfügbar.',
  'problem.model-not-kept.hint': 'Starten Sie ein Training.',
  'problem.refused': 'Der Server hat das abgelehnt.',
  'problem.refused.hint':
    'Laden Sie die Seite neu und versuchen Sie es noch einmal. Hilft das nicht, geben Sie die Zeilen unten weiter.',
  'problem.unknown': 'Auf dieser Seite ist etwas Unerwartetes geschehen.',
  'problem.unknown.hint': 'Laden Sie die Seite neu. Hilft das nicht, geben Sie die Zeile unten weiter.',
  'problem.internal': 'Der Server konnte nicht antworten.',
  'problem.internal.hint': 'Das Protokoll des Servers nennt den Grund unter der Nummer der Anfrage.',
};
